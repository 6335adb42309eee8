import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { OpItemHeader, OpVault } from "./OpItemHeader.ts"
import { OpFailure } from "./OpFailure.ts"
import { Failure } from "../base/Failure.ts"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

const Vault = Schema.Struct({ id: Schema.String, name: Text })

const Header = Schema.Struct({
  id: Schema.String,
  title: Text,
  category: Text,
  tags: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  state: Text,
  vault: Vault,
  additional_information: Text
})

const decodeVaults = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.NullOr(Schema.Array(Vault))))
const decodeHeaders = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.NullOr(Schema.Array(Header))))

/** Where a list is empty, `op` prints `[]`, and as a program in Go may print `null`. */
const decoded = <A>(
  text: string,
  decode: (printed: unknown) => Option.Option<ReadonlyArray<A> | null>
): ReadonlyArray<A> | OpFailure<"OpOutputUnusable"> => {
  const printed = text.trim()
  if (printed === "") return OpFailure.OpOutputUnusable("empty")
  const list = decode(printed)
  return Option.isNone(list) ? OpFailure.OpOutputUnusable("not-json") : list.value ?? []
}

const vaultOf = ({ id, name }: typeof Vault.Type): OpVault => ({ id, name: name ?? id })

/** Reads what `op vault list --format json` prints. */
export const parseOpVaults = (text: string): ReadonlyArray<OpVault> | OpFailure<"OpOutputUnusable"> => {
  const vaults = decoded(text, decodeVaults)
  return vaults instanceof Failure ? vaults : vaults.map(vaultOf)
}

/** What stands for no additional information. */
const nothing = "—"

const headerOf = ({ additional_information, category, id, tags, title, vault }: typeof Header.Type): OpItemHeader => {
  const subtitle = additional_information ?? nothing
  return {
    id,
    title: title ?? "",
    category: category ?? "",
    tags: tags ?? [],
    vault: vaultOf(vault),
    ...(subtitle === nothing || subtitle === "" ? {} : { subtitle })
  }
}

/** Reads what `op item list --format json` prints. Archived items are left out, whatever the environment asks for. */
export const parseOpItemHeaders = (text: string): ReadonlyArray<OpItemHeader> | OpFailure<"OpOutputUnusable"> => {
  const headers = decoded(text, decodeHeaders)
  return headers instanceof Failure
    ? headers
    : headers.filter(({ state }) => state !== "ARCHIVED").map(headerOf)
}

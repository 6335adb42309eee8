import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { OpItemHeader, OpVault } from "./OpItemHeader.ts"
import { OpOutputUnusable } from "./OpProgramFailure.ts"

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

/** `op` prints `null` or nothing at all where a list is empty, and elsewhere `[]`. */
const listed = (text: string): string => text.trim() || "[]"

const vaultOf = ({ id, name }: typeof Vault.Type): OpVault => ({ id, name: name ?? id })

/** Reads what `op vault list --format json` prints. */
export const parseOpVaults = (text: string): ReadonlyArray<OpVault> | OpOutputUnusable =>
  Option.match(decodeVaults(listed(text)), {
    onNone: () => new OpOutputUnusable("not-json"),
    onSome: (vaults) => (vaults ?? []).map(vaultOf)
  })

/** What stands for no additional information. */
const nothing = "—"

/** Reads what `op item list --format json` prints. Archived items are left out, whatever the environment asks for. */
export const parseOpItemHeaders = (text: string): ReadonlyArray<OpItemHeader> | OpOutputUnusable =>
  Option.match(decodeHeaders(listed(text)), {
    onNone: () => new OpOutputUnusable("not-json"),
    onSome: (headers) =>
      (headers ?? []).filter(({ state }) => state !== "ARCHIVED").map((header): OpItemHeader => {
        const subtitle = header.additional_information ?? nothing
        return {
          id: header.id,
          title: header.title ?? "",
          category: header.category ?? "",
          tags: header.tags ?? [],
          vault: vaultOf(header.vault),
          ...(subtitle === nothing || subtitle === "" ? {} : { subtitle })
        }
      })
  })

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { Environment } from "../../domain/base/Environment.ts"
import { OpFailure } from "../../domain/onepassword/OpFailure.ts"
import {
  concealedField,
  isKept,
  type OpItemDocument,
  parseOpItemDocument,
  printOpItemDocument
} from "../../domain/onepassword/OpItemDocument.ts"
import { findOp } from "./OpProgram.ts"
import { runOp } from "./OpRun.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import type { ItemReference } from "../../services/onepassword/OpCli.ts"
import { OpItems, type OpPlace } from "../../services/onepassword/OpItems.ts"
import { Failure } from "../../domain/base/Failure.ts"

/** An item's header takes half a KiB, and some accounts have tens of thousands of items (bytes). */
const listLimit = 64 * 1024 * 1024

const flags = ({ account }: OpPlace, ...more: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...more,
  ...(account === undefined ? [] : ["--account", account]),
  "--format",
  "json"
]

/** `--` only where it is needed: behind it a name that begins with a dash is no flag to pflag. */
const named = (item: string, rest: ReadonlyArray<string>): ReadonlyArray<string> =>
  item.startsWith("-") ? [...rest, "--", item] : [item, ...rest]

/** Schema takes longer to load than to use, and writing an item does without it. */
const lists = Effect.promise(() => import("../../domain/onepassword/OpListJson.ts"))

const make = (environment: Environment): OpItems["Service"] => {
  const run = Effect.fnUntraced(function*(
    reference: ItemReference,
    args: ReadonlyArray<string>,
    rest: { readonly input?: Redacted.Redacted; readonly limit?: number } = {}
  ): Effect.fn.Return<string, OpFailure> {
    const program = findOp(reference.cliPath, environment)
    if (typeof program !== "string") return yield* Effect.fail(program)
    return yield* Effect.tapError(
      runOp({ program, args, reference, environment, ...rest }),
      ({ message }) => Effect.logDebug(message)
    )
  })

  /** Not for what must not be done twice. */
  const again = <A>(effect: Effect.Effect<A, OpFailure>) => Effect.retry(effect, { times: 1, while: ({ retry }) => retry })

  const parsed = <A extends object>(read: A | OpFailure<"OpOutputUnusable">): Effect.Effect<A, OpFailure<"OpOutputUnusable">> =>
    read instanceof Failure ? Effect.fail(read) : Effect.succeed(read)

  const read = (reference: ItemReference, ...more: ReadonlyArray<string>) =>
    again(run(reference, ["item", "get", ...named(reference.item, flags(reference, "--vault", reference.vault, ...more))]))
      .pipe(Effect.flatMap((text) => parsed(parseOpItemDocument(text))))

  const about = (place: OpPlace, vault = "", item = ""): ItemReference => ({ ...place, vault, item })

  /** What was written, as it is there now: past the cache of `op`, which may remember what it was told. */
  const readAgain = Effect.fnUntraced(function*(
    place: OpPlace,
    written: OpItemDocument,
    printed: string
  ): Effect.fn.Return<OpItemDocument, OpFailure> {
    const returned = yield* parsed(parseOpItemDocument(printed))
    const kept = yield* read(about(place, returned.vault?.id, returned.id), "--cache=false").pipe(
      Effect.catchTag("ItemNotFound", () => Effect.undefined)
    )
    return kept !== undefined && isKept(written, kept) ? kept : yield* Effect.fail(OpFailure.OpWriteNotKept(written.title))
  })

  return {
    vaults: Effect.fn("OpItems.vaults")(function*(place) {
      const text = yield* again(run(about(place), ["vault", "list", ...flags(place)], { limit: listLimit }))
      return yield* parsed((yield* lists).parseOpVaults(text))
    }),

    list: Effect.fn("OpItems.list")(function*(place, vault) {
      const args = ["item", "list", ...flags(place, ...(vault === undefined ? [] : ["--vault", vault]))]
      const text = yield* again(run(about(place, vault), args, { limit: listLimit }))
      return yield* parsed((yield* lists).parseOpItemHeaders(text))
    }),

    read: Effect.fn("OpItems.read")((reference: ItemReference) => read(reference)),

    create: Effect.fn("OpItems.create")(function*(place, vault, document) {
      const args = ["item", "create", "-", ...flags(place, "--vault", vault)]
      const printed = yield* run(about(place, vault, document.title), args, { input: printOpItemDocument(document) })
      return yield* readAgain(place, document, printed)
    }),

    replace: Effect.fn("OpItems.replace")(function*(place, document) {
      const concealed = concealedField(document)
      if (concealed !== undefined) return yield* Effect.fail(concealed)
      const { id, vault } = document
      const args = ["item", "edit", ...named(id, flags(place, ...(vault === undefined ? [] : ["--vault", vault.id])))]
      const printed = yield* again(run(about(place, vault?.name, id), args, { input: printOpItemDocument(document) }))
      return yield* readAgain(place, document, printed)
    })
  }
}

/** `op` as a child process: the environment says where it is found, and it runs in all of that but `AWS_*`. */
export const layer: Layer.Layer<OpItems, never, ProcessEnvironment> = Layer.effect(OpItems, Effect.map(ProcessEnvironment, make))

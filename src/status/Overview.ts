import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { given } from "../domain/base/Given.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { CacheFailure } from "../domain/cache/CacheFailure.ts"
import type { Trouble } from "../domain/session/FlightNote.ts"
import type { OurProfile } from "../domain/settings/OurProfiles.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { readJournals } from "../rotate/RotationJournal.ts"
import { Cache, RoleCache } from "../services/cache/Cache.ts"
import { Notes } from "../services/cache/Notes.ts"
import { lastTrouble } from "../session/LastTrouble.ts"
import { codeNoteName, typedLast } from "../session/mfa/CodeMemory.ts"
import { isQuiet, quietNoteName } from "../session/Stale.ts"
import { troubleNoteName } from "../session/Trouble.ts"
import type { Status } from "./Status.ts"
import { type Contents, endOf, type Remembered, sessionIdentity, statusOf } from "./StatusOf.ts"

/** What the cache at this place holds. */
export const contentsOf = Effect.fnUntraced(function*(place: Contents["place"]) {
  const contents: Contents = { place, sessions: yield* (yield* Cache).list, roles: yield* (yield* RoleCache).list }
  return contents
})

/** All that is known of these profiles and of what is cached, without asking anybody. */
export const overview = Effect.fn("overview")(function*(
  ours: ReadonlyArray<OurProfile>,
  caches: ReadonlyArray<Contents>,
  inUse: Status["inUse"],
  closed?: CacheFailure<"KeyringUnavailable">
) {
  const remembered = yield* rememberedOf(ours)
  return statusOf({ at: yield* Clock.currentTimeMillis, ours, caches, inUse, remembered, ...given({ closed }) })
})

/** Most profiles have no notes, and a look at the disk for one costs more than all the rest of a profile's status. */
const rememberedOf = Effect.fnUntraced(function*(ours: ReadonlyArray<OurProfile>) {
  const names = yield* (yield* Notes).names
  const failures = new Map<string, Trouble>()
  const warnings = new Map<string, Trouble>()
  for (const { name } of ours) {
    for (const [kind, troubles] of [["failure", failures], ["warning", warnings]] as const) {
      if (!names.has(troubleNoteName(kind, name))) continue
      const trouble = yield* lastTrouble(kind, name)
      if (Option.isSome(trouble)) troubles.set(name, trouble.value)
    }
  }
  const rotations = new Map((yield* readJournals).map(({ profile, startedAt }) => [profile, startedAt] as const))
  const typed = new Map<string, boolean>()
  const quiet = new Set<string>()
  for (const chain of ours.flatMap(({ chain }) => chain instanceof Failure ? [] : [chain])) {
    if (names.has(codeNoteName(chain.settings))) {
      const last = yield* typedLast(chain.settings)
      if (Option.isSome(last)) typed.set(sessionIdentity(chain), last.value)
    }
    for (const identity of identitiesOf(chain)) {
      if (names.has(quietNoteName(identity)) && (yield* isQuiet(identity))) quiet.add(identity)
    }
  }
  const remembered: Remembered = { failures, warnings, rotations, typed, quiet }
  return remembered
})

const identitiesOf = (chain: RoleChain): ReadonlyArray<string> =>
  [sessionIdentity(chain), ...endOf(chain)]

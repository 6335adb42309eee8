import { Deferred, Effect, Layer } from "effect"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import { IamFailure, type IamOperation } from "../../src/domain/aws/IamFailure.ts"
import { StsFailure } from "../../src/domain/aws/StsFailure.ts"
import { CacheFailure } from "../../src/domain/cache/CacheFailure.ts"
import { OpFailure } from "../../src/domain/onepassword/OpFailure.ts"
import { journalPrefix } from "../../src/rotate/RotationJournal.ts"
import { Iam } from "../../src/services/aws/Iam.ts"
import { Sts } from "../../src/services/aws/Sts.ts"
import { Notes } from "../../src/services/cache/Notes.ts"
import { OpItems } from "../../src/services/onepassword/OpItems.ts"

/**
 * What may happen to a process at one of its steps, which are its calls of 1Password, AWS and the disk: it is killed
 * before or after it, or during it, and its work is done all the same, a while later; it is told to stop, the call fails without having done anything, or fails although it has done
 * its work, or never answers until it is told to stop, or AWS says from then on that it does not know the key that is tried.
 */
export const blows = ["kill before", "kill after", "linger", "stop", "fail", "deny", "lose", "hang", "dead"] as const
export type Blow = (typeof blows)[number]

export interface Fate {
  /** By the number of the step, from 1. */
  readonly blows: ReadonlyMap<number, Blow>
  readonly killed: Deferred.Deferred<void>
  /** The steps so far, by name. */
  readonly steps: Array<string>
  /** The keys that AWS is said not to know. */
  readonly dead: Set<string>
  /** Looked at around each step. */
  readonly watch: (step: string) => Effect.Effect<void>
}

export const make = (blows: ReadonlyArray<readonly [step: number, blow: Blow]>, watch: Fate["watch"] = () => Effect.void): Fate => ({
  blows: new Map(blows),
  killed: Deferred.makeUnsafe<void>(),
  steps: [],
  dead: new Set(),
  watch
})

export const none = (): Fate => make([])

const kill = (fate: Fate) => Effect.andThen(Deferred.succeed(fate.killed, undefined), Effect.never)

interface Failures<E> {
  readonly fail?: E
  readonly deny?: E
  /** The call has done its work, and says that it has not. */
  readonly lose?: E
}

/** These services as a process has them whose fate it is. */
export const layer = (fate: Fate) =>
  Layer.unwrap(Effect.gen(function*() {
    const signals = yield* SignalsFake
    const step = <A, E, R>(name: string, failures: Failures<E>, call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.gen(function*() {
        if (yield* Deferred.isDone(fate.killed)) return yield* Effect.never
        const blow = fate.blows.get(fate.steps.push(name))
        const isOfDisk = name === "keep" || name === "remove"
        yield* fate.watch(`before ${name}`)
        if (blow === "kill before") return yield* kill(fate)
        if (blow === "linger") {
          // What a process does to the disk ends with it; what it has sent to AWS is there at once; `op` outlives it.
          const late = name === "replace" ? "30 seconds" : "500 millis"
          if (!isOfDisk) yield* Effect.forkDetach(Effect.andThen(Effect.sleep(late), Effect.ignore(call)))
          return yield* kill(fate)
        }
        if (blow === "stop" || blow === "hang") yield* signals.send("SIGINT")
        if (blow === "fail" && failures.fail !== undefined) return yield* Effect.fail(failures.fail)
        if (blow === "deny" && failures.deny !== undefined) return yield* Effect.fail(failures.deny)
        if (blow === "hang" && !isOfDisk) return yield* Effect.never
        const answer = yield* call
        yield* fate.watch(`after ${name}`)
        if (blow === "kill after") return yield* kill(fate)
        if (blow === "lose" && failures.lose !== undefined) return yield* Effect.fail(failures.lose)
        return answer
      })

    const iamFailures = (operation: IamOperation) => ({
      fail: IamFailure.Throttled("iam.amazonaws.com"),
      deny: IamFailure.IamDenied(operation, "not authorized"),
      lose: IamFailure.AwsUnreachable("the connection was lost", "check the network", { answerUnknown: true, passing: true })
    })
    const iam = Layer.effect(Iam, Effect.map(Iam, (iam) => ({
      ...iam,
      accessKeys: (caller) => step("list keys", iamFailures("ListAccessKeys"), iam.accessKeys(caller)),
      lastUsed: (caller, id) => step("last used", iamFailures("GetAccessKeyLastUsed"), iam.lastUsed(caller, id)),
      createAccessKey: (caller) => step("create", iamFailures("CreateAccessKey"), iam.createAccessKey(caller)),
      setActive: (caller, id, active) =>
        step(active ? "activate" : "deactivate", iamFailures("UpdateAccessKey"), iam.setActive(caller, id, active)),
      deleteAccessKey: (caller, id) => step("delete", iamFailures("DeleteAccessKey"), iam.deleteAccessKey(caller, id))
    })))

    const sts = Layer.effect(Sts, Effect.map(Sts, (sts) => ({
      ...sts,
      callerIdentity: (credentials, target) =>
        Effect.gen(function*() {
          const id = credentials.accessKeyId
          if (fate.blows.get(fate.steps.length + 1) === "dead") fate.dead.add(id)
          const lost = StsFailure.AwsUnreachable("no way to STS", "check the network", { answerUnknown: false, passing: false })
          const asked = fate.dead.has(id) ? Effect.fail(StsFailure.KeyUnknown(target.region)) : sts.callerIdentity(credentials, target)
          return yield* step("identity", { fail: lost, deny: lost, lose: lost }, asked)
        })
    })))

    const notes = Layer.effect(Notes, Effect.map(Notes, (notes) => ({
      ...notes,
      keep: (name, text) => step("keep", { fail: CacheFailure.NoteNotKept({ reason: "no space left on device" }) }, notes.keep(name, text)),
      remove: (name) =>
        name.startsWith(journalPrefix)
          ? step("remove", {}, notes.remove(name))
          // What a process takes back at its end stays where it was killed.
          : Effect.flatMap(Deferred.isDone(fate.killed), (killed) => killed ? Effect.void : notes.remove(name))
    })))

    const opItems = Layer.effect(OpItems, Effect.map(OpItems, (items) => ({
      ...items,
      read: (reference) => step("read", { fail: OpFailure.ApprovalDismissed() }, items.read(reference)),
      replace: (place, document) =>
        step(
          "replace",
          { fail: OpFailure.ApprovalDismissed(), deny: OpFailure.OpWriteNotKept("AWS"), lose: OpFailure.ApprovalDismissed() },
          items.replace(place, document)
        )
    })))
    return Layer.mergeAll(iam, sts, notes, opItems)
  }))

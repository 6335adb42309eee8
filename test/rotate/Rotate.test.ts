import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import * as Fate from "./RotationFate.ts"
import {
  addKey,
  begin,
  type Ending,
  failureOf,
  heldWorks,
  inItem,
  keysOf,
  makeWorld,
  now,
  oldKey,
  outcomeOf,
  run,
  today,
  type World
} from "./RotationWorld.ts"
import { IamFailure } from "../../src/domain/aws/IamFailure.ts"
import { journalName, type RotationJournal, rotationJournal, userKey } from "../../src/rotate/RotationJournal.ts"

const day = 86_400_000
const other = "AKIAFAKE0000EXAMPLE1"

const user = userKey({ account: "123456789012", userId: "AIDAFAKE0000EXAMPLE0" })

const write = (world: World, journal: Partial<RotationJournal>): void => {
  const whole = { startedAt: today - day, profile: "dev", user, oldKey, ...journal }
  world.notes.set(journalName(whole), rotationJournal.encode(whole))
}

const made = (world: World): string => Object.keys(world.sts.users).find((id) => id.startsWith("AKIAFAKENEW")) ?? "none"

/** The lines that say what was done. */
const deeds = ({ said }: Ending) => said.filter((line) => line.startsWith("\u2713 ")).map((line) => line.slice(2))

const operations = ({ sts }: World) => sts.iamCalls.map(({ about, operation, outcome }) => [operation, about, outcome].join(" "))

/** What a run asks of IAM that only looks. */
const looking = ["ListAccessKeys  done", `GetAccessKeyLastUsed ${oldKey} done`]

/** Runs it with these blows, by the names of the steps, each the first time after `after` others of its name. */
const stepOf = (steps: ReadonlyArray<string>, name: string, nth = 1): number => {
  const at = steps.flatMap((step, index) => step === name ? [index + 1] : [])[nth - 1]
  if (at === undefined) throw new Error(`no step ${name} ${nth}: ${steps.join(", ")}`)
  return at
}

/** The steps of a rotation to which nothing happens. */
const usualSteps = Effect.gen(function*() {
  const fate = Fate.none()
  outcomeOf(yield* run(makeWorld(), { fate }))
  return fate.steps
})

const struck = (world: World, step: readonly [name: string, nth?: number], blow: Fate.Blow) =>
  Effect.gen(function*() {
    const steps = yield* usualSteps
    return yield* run(world, { fate: Fate.make([[stepOf(steps, ...step), blow]]) })
  })

const told = (ending: Ending): string => {
  const { exitCode, hint, message } = failureOf(ending)
  return `${exitCode}: ${message}\n${hint}`
}

describe("rotate", () => {
  it.effect("makes a new key, tries it, stores it, tries what 1Password returns, and deletes the old one", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const ending = yield* run(world, { answers: [{ confirm: true }] })
      const key = made(world)
      assert.deepStrictEqual(outcomeOf(ending), { profile: "dev", held: key, deleted: oldKey })
      assert.deepStrictEqual(ending.questions, ["Replace the key?"])
      assert.deepStrictEqual(deeds(ending), [
        `made ${key}`,
        "AWS takes it",
        "put it into the item",
        "AWS takes what 1Password returns",
        `deactivated ${oldKey}`,
        `deleted ${oldKey}`
      ])
      assert.strictEqual(inItem(world).id, key)
      assert.deepStrictEqual(keysOf(world), [`${key} active`])
      assert.deepStrictEqual([...world.notes.keys()].filter((name) => name.startsWith("rotation-")), [])
    }))

  it.effect("writes both fields in one version of the item, and nothing else of it", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld({ mfaSerial: "arn:aws:iam::123456789012:mfa/user", region: "eu-west-1" })
      const item = () => world.op.accounts[0]!.vaults[0]!.items[0]!
      const { fields, version } = structuredClone(item())
      outcomeOf(yield* run(world))
      assert.strictEqual(item().version, version + 1)
      const rest = (all: typeof fields) => all.filter(({ label }) => !/key/i.test(label ?? "")).map(({ label, value }) => [label, value])
      assert.deepStrictEqual(rest(item().fields), rest(fields))
      assert.lengthOf(item().fields, fields.length)
    }))

  it.effect("sends one MFA code, and none where a session is cached, which goes on working", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      outcomeOf(yield* run(world))
      const sessions = () => world.sts.calls.filter(({ operation }) => operation === "GetSessionToken").length
      assert.strictEqual(sessions(), 1)
      yield* TestClock.adjust("2 hours")
      outcomeOf(yield* run(world))
      assert.strictEqual(sessions(), 1)
    }))

  it.effect("gets another session where AWS takes the cached one no more", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      outcomeOf(yield* run(world))
      world.sts.sessions = {}
      yield* TestClock.adjust("1 minute")
      outcomeOf(yield* run(world))
      assert.lengthOf(Object.keys(world.sts.sessions), 1)
    }))

  it.effect("calls IAM with the key itself where no MFA is wanted, and with the new one as soon as that is in the item", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      outcomeOf(yield* run(world, { flags: { mfa: "none" } }))
      const callers = world.sts.iamCalls.map(({ accessKeyId, operation }) => `${operation} ${accessKeyId}`)
      assert.deepStrictEqual(callers.slice(-3), [
        `CreateAccessKey ${oldKey}`,
        `UpdateAccessKey ${made(world)}`,
        `DeleteAccessKey ${made(world)}`
      ])
    }))

  it.effect("waits for IAM to know the new key, where that is who calls", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const steps = yield* usualSteps
      let late = 2
      const fate = Fate.make([], (step) =>
        Effect.sync(() => {
          if (step !== "before deactivate" || fate.steps.length < stepOf(steps, "replace") || late === 0) return
          late--
          world.sts.iamFailures.push(IamFailure.IamKeyUnknown())
        }))
      outcomeOf(yield* run(world, { flags: { mfa: "none" }, fate }))
      assert.strictEqual(late, 0)
    }))

  it.effect("shows when the key that goes was used last, as far as AWS says it", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const key = world.sts.users[oldKey]!
      const said = Effect.fnUntraced(function*() {
        return /^ {2}key .*$/m.exec((yield* run(world, { options: { dryRun: true } })).said.join("\n"))?.[0]
      })
      // This program has just asked whose key it is; AWS itself keeps account hours later.
      assert.match((yield* said()) ?? "", /, made 2025-06-01 \(365d ago\), last used \w+ ago$/)
      key.iam = { denied: ["GetAccessKeyLastUsed"] }
      assert.strictEqual(yield* said(), `  key   ${oldKey}, made 2025-06-01 (365d ago)`)
    }))

  it.effect("only looks with --dry-run", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const ending = yield* run(world, { options: { dryRun: true } })
      assert.isUndefined(outcomeOf(ending))
      assert.match(ending.said.join("\n"), /user {2}arn:aws:iam::123456789012:user\/user\n {2}item {2}AWS in Private\n {2}key {3}AKIAFAKE0000EXAMPLE0, made 2025-06-01 \(365d ago\)/)
      assert.deepStrictEqual(operations(world), looking)
      assert.deepStrictEqual(deeds(ending), [])
    }))

  it.effect("changes nothing when it is left at the question, or answered with no", () =>
    Effect.gen(function*() {
      yield* begin
      for (const answer of ["leave", { confirm: false }] as const) {
        const world = makeWorld()
        const failure = failureOf(yield* run(world, { answers: [answer] }))
        assert.deepStrictEqual([failure._tag, failure.exitCode], ["InterviewLeft", 130])
        assert.deepStrictEqual(operations(world), looking)
        assert.strictEqual(inItem(world).id, oldKey)
        assert.deepStrictEqual([...world.notes.keys()].filter((name) => name.startsWith("rotation-")), [])
      }
    }))

  it.effect("asks nobody and reads nothing where there is no terminal and --yes was not given", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const failure = failureOf(yield* run(world, { yes: false }))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["NobodyToAsk", 2])
      assert.strictEqual(failure.hint, "run it in a terminal, or pass --yes")
      assert.lengthOf(world.op.runs, 0)
    }))

  it.effect("is one at a time on a machine", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.locks.held.add("rotate")
      const failure = failureOf(yield* run(world))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["RotationUnderWay", 2])
      assert.lengthOf(world.op.runs, 0)
    }))

  it.effect("does nothing else than what was agreed to", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const fate = Fate.make([], (step) =>
        Effect.sync(() => {
          if (step === "after list keys" && Object.keys(world.sts.users).length === 1) addKey(world, other)
        }))
      const failure = failureOf(yield* run(world, { answers: [{ confirm: true }], fate }))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["ChangedMeanwhile", 2])
      assert.deepStrictEqual(keysOf(world), [`${oldKey} active`, `${other} active`])
    }))
})

describe("rotate, where the user has a second key,", () => {
  const withSecond = (parts: Parameters<typeof addKey>[2] = {}) => {
    const world = makeWorld()
    addKey(world, other, { createdAt: today - 90 * day, ...parts })
    return world
  }

  it.effect("tells its story, and deletes it first when a person says so", () =>
    Effect.gen(function*() {
      yield* begin
      const world = withSecond({ active: false, lastUsed: today - 30 * day })
      const ending = yield* run(world, { answers: [{ confirm: true }] })
      assert.match(ending.said.join("\n"), /AKIAFAKE0000EXAMPLE1, inactive, made 2026-03-03 \(90d ago\), last used 30d ago\./)
      assert.deepStrictEqual(ending.questions, ["Delete AKIAFAKE0000EXAMPLE1, and replace the other?"])
      assert.strictEqual(deeds(ending)[0], `deleted ${other}`)
      assert.deepStrictEqual(keysOf(world), [`${made(world)} active`])
    }))

  it.effect("takes Enter for a no", () =>
    Effect.gen(function*() {
      yield* begin
      const world = withSecond({ active: false })
      assert.strictEqual(failureOf(yield* run(world, { answers: ["enter"] }))._tag, "InterviewLeft")
      assert.lengthOf(keysOf(world), 2)
    }))

  it.effect("deletes none with --yes alone, and the one that --delete-key names", () =>
    Effect.gen(function*() {
      yield* begin
      const world = withSecond({ active: false })
      const refused = failureOf(yield* run(world))
      assert.deepStrictEqual([refused._tag, refused.exitCode], ["SecondKeyThere", 6])
      assert.match(refused.hint, /^pass --delete-key AKIAFAKE0000EXAMPLE1 /)
      assert.lengthOf(keysOf(world), 2)
      const wrong = failureOf(yield* run(world, { options: { deleteKey: oldKey } }))
      assert.deepStrictEqual([wrong._tag, wrong.exitCode], ["WrongKeyToDelete", 2])
      outcomeOf(yield* run(world, { options: { deleteKey: other } }))
      assert.deepStrictEqual(keysOf(world), [`${made(world)} active`])
    }))

  it.effect("does not even offer to delete one that is in use or new", () =>
    Effect.gen(function*() {
      yield* begin
      for (const parts of [{ lastUsed: today - day }, { createdAt: today - 60_000 }]) {
        const world = withSecond(parts)
        const ending = yield* run(world, { answers: [] })
        assert.strictEqual(failureOf(ending)._tag, "SecondKeyThere")
        assert.lengthOf(keysOf(world), 2)
      }
    }))

  it.effect("does without the last use where a policy keeps it secret, and counts the key as used", () =>
    Effect.gen(function*() {
      yield* begin
      const world = withSecond()
      for (const key of Object.values(world.sts.users)) key.iam = { denied: ["GetAccessKeyLastUsed"] }
      assert.match(told(yield* run(world, { answers: [] })), /last use not known\nfind out what uses it/)
    }))
})

describe("rotate, where a policy denies it,", () => {
  for (const operation of ["ListAccessKeys", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"] as const) {
    it.effect(`changes nothing for want of iam:${operation}, and names it`, () =>
      Effect.gen(function*() {
        yield* begin
        const world = makeWorld()
        world.sts.users[oldKey]!.iam = { denied: [operation] }
        const failure = failureOf(yield* run(world))
        assert.deepStrictEqual([failure._tag, failure.exitCode], ["IamDenied", 6])
        assert.include(failure.message, `iam:${operation}`)
        assert.deepStrictEqual(keysOf(world), [`${oldKey} active`])
        assert.strictEqual(inItem(world).id, oldKey)
        assert.deepStrictEqual([...world.notes.keys()].filter((name) => name.startsWith("rotation-")), [])
      }))
  }

  it.effect("says that both keys work, where it comes to be denied half-way, and finishes when it is allowed again", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const ending = yield* struck(world, ["deactivate", 2], "deny")
      assert.strictEqual(
        told(ending),
        "6: the rotation is not finished: AWS denied iam:UpdateAccessKey: not authorized\n" +
          `the item holds the new key, ${made(world)}, which works; the old one, ${oldKey}, is still active; ` +
          "`op-aws-credential-process rotate dev` finishes it. First: ask the account's administrator to allow iam:UpdateAccessKey on the user's own ARN, with MFA at least"
      )
      assert.deepStrictEqual(keysOf(world), [`${oldKey} active`, `${made(world)} active`])
      const next = yield* run(world, { answers: [{ confirm: true }] })
      assert.match(next.said.join("\n"), /A rotation that was begun [\ds ]+ ago was interrupted: the item has the new key already\./)
      assert.deepStrictEqual(next.questions, ["Finish it?"])
      assert.deepStrictEqual(outcomeOf(next), { profile: "dev", held: made(world), deleted: oldKey })
      assert.deepStrictEqual(keysOf(world), [`${made(world)} active`])
    }))

  it.effect("says that the old key is inactive, where it may not delete it", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      assert.match(
        told(yield* struck(world, ["delete", 2], "deny")),
        /^6: the rotation is not finished: AWS denied iam:DeleteAccessKey.*\n.*, which works; the old one, AKIAFAKE0000EXAMPLE0, is inactive and not deleted; /
      )
      assert.deepStrictEqual(keysOf(world), [`${oldKey} inactive`, `${made(world)} active`])
    }))
})

describe("rotate, when something goes wrong,", () => {
  const undone = (world: World, ending: Ending) => {
    assert.deepStrictEqual(keysOf(world), [`${oldKey} active`])
    assert.strictEqual(inItem(world).id, oldKey)
    assert.deepStrictEqual([...world.notes.keys()].filter((name) => name.startsWith("rotation-")), [])
    return told(ending)
  }

  it.effect("deletes the new key again where 1Password refuses it", () =>
    Effect.gen(function*() {
      yield* begin
      for (const blow of ["fail", "deny"] as const) {
        const world = makeWorld()
        const ending = yield* struck(world, ["replace"], blow)
        assert.match(
          undone(world, ending),
          /^\d: the key was not replaced: .*; the item holds AKIAFAKE0000EXAMPLE0 as before, and the new key is deleted again$/s
        )
        assert.match(deeds(ending).at(-1) ?? "", /^deleted AKIAFAKENEW\d+ again$/)
      }
    }))

  it.effect("goes on where 1Password has taken the new key although it said that it had not", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const ending = yield* struck(world, ["replace"], "lose")
      assert.deepStrictEqual(outcomeOf(ending), { profile: "dev", held: made(world), deleted: oldKey })
    }))

  it.effect("leaves both keys alone where nobody knows what 1Password holds", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const steps = yield* usualSteps
      const at = stepOf(steps, "replace")
      const ending = yield* run(world, { fate: Fate.make([[at, "lose"], [at + 2, "fail"]]) })
      assert.match(told(ending), /1Password may hold AKIAFAKE0000EXAMPLE0 or AKIAFAKENEW\d+, and both work; /)
      assert.lengthOf(keysOf(world), 2)
      outcomeOf(yield* run(world))
      assert.deepStrictEqual(keysOf(world), [`${made(world)} active`])
    }))

  it.effect("deletes the new key again where AWS does not come to know it within a minute", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.sts.keyDelay = "2 minutes"
      assert.match(undone(world, yield* run(world)), /^6: the key was not replaced: AWS does not take the new key, AKIAFAKENEW\d+\n/)
    }))

  it.effect("waits for a new key that AWS knows after most of a minute", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.sts.keyDelay = "50 seconds"
      outcomeOf(yield* run(world))
      assert.deepStrictEqual(keysOf(world), [`${made(world)} active`])
    }))

  it.effect("puts the old key back where AWS does not take the new one after all", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const steps = yield* usualSteps
      const proof = stepOf(steps.map((step, index) => index < stepOf(steps, "replace") ? "" : step), "identity")
      const ending = yield* run(world, { fate: Fate.make([[proof, "dead"]]) })
      assert.match(undone(world, ending), /AWS does not take the new key/)
      assert.deepStrictEqual(deeds(ending).slice(-2).map((deed) => deed.replace(/\w+ (?=again)/, "")), [
        `put ${oldKey} back into the item`,
        "deleted again"
      ])
    }))

  it.effect("activates the old key again and puts it back, where that shows only then", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const steps = yield* usualSteps
      const proof = stepOf(steps.map((step, index) => index < stepOf(steps, "deactivate", 2) ? "" : step), "identity")
      const ending = yield* run(world, { fate: Fate.make([[proof, "dead"]]) })
      undone(world, ending)
      assert.include(deeds(ending), `activated ${oldKey} again`)
    }))

  it.effect("sees to a key whose answer was lost, at once or with the next run", () =>
    Effect.gen(function*() {
      yield* begin
      const steps = yield* usualSteps
      const at = stepOf(steps, "create")
      const world = makeWorld()
      assert.match(undone(world, yield* run(world, { fate: Fate.make([[at, "lose"]]) })), /^7: the key was not replaced: the connection was lost/)
      const unlucky = makeWorld()
      const ending = yield* run(unlucky, { fate: Fate.make([[at, "lose"], [at + 1, "fail"]]) })
      assert.match(told(ending), /^7: the rotation is not finished.*as before; a new key may have been made, which `op-aws-credential-process rotate dev` will see to\./s)
      const orphan = made(unlucky)
      const next = yield* run(unlucky, { answers: [{ confirm: true }] })
      assert.match(next.said.join("\n"), /was interrupted\. The key that it made, AKIAFAKENEW\d+, is in no item and is deleted first\./)
      assert.strictEqual(deeds(next)[0], `deleted ${orphan}`)
      assert.deepStrictEqual(keysOf(unlucky), [`${made(unlucky)} active`])
    }))

  it.effect("does not begin where nothing can be written down", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const failure = failureOf(yield* struck(world, ["keep", 1], "fail"))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["NoteNotKept", 2])
      assert.deepStrictEqual(keysOf(world), [`${oldKey} active`])
    }))

  it.effect("does not write over a key that somebody has put into the item meanwhile", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      addKey(world, other)
      const another = world.sts.users[other]!
      delete world.sts.users[other]
      const fields = world.op.accounts[0]!.vaults[0]!.items[0]!.fields
      const fate = Fate.make([], (step) =>
        Effect.sync(() => {
          if (step !== "after create") return
          for (const field of fields) {
            if (/access key id/i.test(field.label ?? "")) field.value = other
            else if (/secret/i.test(field.label ?? "")) field.value = another.secret
          }
        }))
      const ending = yield* run(world, { fate })
      assert.match(told(ending), /^2: the key was not replaced: the key in the item was replaced meanwhile\nrun it again, and look at what it says now; the new key is deleted again$/)
      assert.strictEqual(inItem(world).id, other)
      assert.deepStrictEqual(keysOf(world), [`${oldKey} active`])
    }))

  it.effect("stops at Ctrl-C: before the item has the new key all is undone, and after that the rest is left", () =>
    Effect.gen(function*() {
      yield* begin
      const steps = yield* usualSteps
      const world = makeWorld()
      const early = yield* run(world, { fate: Fate.make([[stepOf(steps, "create"), "stop"]]) })
      assert.match(undone(world, early), /^130: the key was not replaced: stopped by SIGINT/)
      const ending = yield* run(world, { fate: Fate.make([[stepOf(steps, "deactivate", 2), "stop"]]) })
      assert.match(told(ending), /^130: the rotation is not finished: stopped by SIGINT\n.* is inactive and not deleted; /)
      outcomeOf(yield* run(world))
      assert.deepStrictEqual(keysOf(world), [`${made(world)} active`])
    }))
})

describe("rotate, when AWS does not answer and somebody stops it,", () => {
  const silent = (world: World, name: string, nth = 1, ...more: ReadonlyArray<Fate.Blow>) =>
    Effect.gen(function*() {
      const steps = yield* usualSteps
      const at = stepOf(steps, name, nth)
      const blows = more.map((blow, index): readonly [number, Fate.Blow] => [at + 1 + index, blow])
      const began = yield* now
      const ending = yield* run(world, { fate: Fate.make([[at, "hang"], ...blows]) })
      assert.isBelow((yield* now) - began, 60_000)
      return told(ending)
    })

  for (const name of ["list keys", "deactivate", "delete"]) {
    it.effect(`changes nothing where it waits to ${name}`, () =>
      Effect.gen(function*() {
        yield* begin
        const world = makeWorld()
        assert.match(yield* silent(world, name), /^130: stopped by SIGINT\n/)
        assert.deepStrictEqual(keysOf(world), [`${oldKey} active`])
        assert.deepStrictEqual([...world.notes.keys()].filter((note) => note.startsWith("rotation-")), [])
      }))
  }

  it.effect("looks whether a key was made all the same, and does not wait for that for ever either", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      assert.match(yield* silent(world, "create"), /^130: the rotation is not finished: .*as before; a new key may have been made/s)
      outcomeOf(yield* run(world))
      const worse = makeWorld()
      assert.match(yield* silent(worse, "create", 1, "hang"), /^130: the rotation is not finished: .*as before; a new key may have been made/s)
      outcomeOf(yield* run(worse))
    }))

  it.effect("says how things stand where the old key cannot be put an end to, and finishes with the next run", () =>
    Effect.gen(function*() {
      yield* begin
      for (const name of ["deactivate", "delete"] as const) {
        const world = makeWorld()
        assert.match(yield* silent(world, name, 2), /^130: the rotation is not finished: stopped by SIGINT\nthe item holds the new key/)
        assert.isTrue(heldWorks(world, yield* now))
        outcomeOf(yield* run(world))
        assert.deepStrictEqual(keysOf(world), [`${made(world)} active`])
      }
    }))
})

describe("rotate, after an interruption,", () => {
  it.effect("is done where the old key is gone already", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      write(world, { oldKey: other, newKey: oldKey })
      const ending = yield* run(world, { answers: [] })
      assert.deepStrictEqual(outcomeOf(ending), { profile: "dev", held: oldKey, deleted: undefined })
      assert.deepStrictEqual([...world.notes.keys()].filter((name) => name.startsWith("rotation-")), [])
      assert.deepStrictEqual(operations(world), looking)
    }))

  it.effect("waits for the key that was stored last to be known", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      write(world, { oldKey: other, newKey: oldKey })
      addKey(world, other)
      world.sts.users[oldKey]!.knownFrom = today + 30_000
      outcomeOf(yield* run(world))
      assert.deepStrictEqual(keysOf(world), [`${oldKey} active`])
    }))

  it.effect("says how to get the old key back, where AWS does not take the new one at all", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      write(world, { oldKey: other, newKey: oldKey })
      addKey(world, other)
      delete world.sts.users[oldKey]
      const failure = failureOf(yield* run(world))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["NewKeyDead", 6])
      assert.include(failure.hint, `so that it holds ${other} again`)
      assert.isFalse(heldWorks(world, today))
      assert.deepStrictEqual(keysOf(world), [`${other} active`])
    }))

  it.effect("activates the old key again, where AWS does not take the new one when that shows, and says how to get it back", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      write(world, { oldKey: other, newKey: oldKey })
      addKey(world, other)
      const fate = Fate.none()
      outcomeOf(yield* run(makeWorld(), { fate, options: { dryRun: true } }))
      const proof = fate.steps.length + 3
      const ending = yield* run(world, { fate: Fate.make([[proof, "dead"]]) })
      assert.match(told(ending), /^6: the rotation is not finished.*\nthe item holds AKIAFAKE0000EXAMPLE0, which AWS does not take, and AKIAFAKE0000EXAMPLE1 is still active: restore the item's last version/)
      assert.deepStrictEqual(deeds(ending), [`deactivated ${other}`, `activated ${other} again`])
    }))

  it.effect("waits while a write to 1Password may be under way, and goes on as soon as it has come", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const { exit } = yield* struck(world, ["replace"], "linger")
      assert.strictEqual(exit, "killed")
      world.locks.held.clear()
      const since = yield* now
      const ending = yield* run(world, { answers: ["enter"] })
      assert.strictEqual(ending.said[0], "A run that was interrupted may still be writing to 1Password. That has to be certain first.")
      assert.deepStrictEqual(ending.questions, ["Finish it?"])
      assert.deepStrictEqual(outcomeOf(ending), { profile: "dev", held: made(world), deleted: oldKey })
      assert.isBelow((yield* now) - since, 90_000)
    }))

  it.effect("waits no longer than such a write can take", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      addKey(world, other)
      write(world, { newKey: other, storing: { key: other, since: today - 60_000 } })
      const since = yield* now
      const ending = yield* run(world)
      assert.strictEqual(deeds(ending)[0], `deleted ${other}`)
      assert.isAtLeast((yield* now) - since, 120_000)
      assert.isBelow((yield* now) - since, 150_000)
    }))

  it.effect("does not take the journal of another user for its own", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      addKey(world, other, { active: false })
      write(world, { user: userKey({ account: "210987654321", userId: "AIDAFAKE" }), newKey: other })
      assert.strictEqual(failureOf(yield* run(world))._tag, "SecondKeyThere")
    }))
})

describe("rotate, before it begins,", () => {
  it.effect("refuses a login, whose passkey would be lost, unless somebody says that it has none", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld({ category: "LOGIN" })
      const failure = failureOf(yield* run(world))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["ItemIsLogin", 4])
      assert.strictEqual(failureOf(yield* run(world, { answers: ["enter"] }))._tag, "ItemIsLogin")
      assert.deepStrictEqual(keysOf(world), [`${oldKey} active`])
      outcomeOf(yield* run(world, { answers: [{ confirm: true }, { confirm: true }] }))
      outcomeOf(yield* run(world, { options: { withoutPasskey: true } }))
    }))

  it.effect("refuses keys that are of no user", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.sts.users[oldKey]!.arn = "arn:aws:iam::123456789012:root"
      const failure = failureOf(yield* run(world))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["NotAUsersKey", 2])
    }))

  it.effect("refuses a cached session of another user", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      outcomeOf(yield* run(world, { options: { dryRun: true } }))
      for (const [id, session] of Object.entries(world.sts.sessions)) {
        world.sts.sessions[id] = { ...session, identity: { ...session.identity, userId: "AIDAFAKEOTHER" } }
      }
      const failure = failureOf(yield* run(world))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["SessionOfAnother", 2])
      assert.match(failure.hint, /--refresh/)
      yield* TestClock.adjust("1 minute")
      outcomeOf(yield* run(world, { flags: { refresh: "true" } }))
    }))

  it.effect("says what is wrong with the key in the item, and asks for no code", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.sts.users[oldKey]!.active = false
      const failure = failureOf(yield* run(world))
      assert.strictEqual(failure._tag, "KeyUnknown")
      assert.lengthOf(Object.keys(world.sts.sessions), 0)
    }))
})

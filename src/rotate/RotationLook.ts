import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { given } from "../domain/base/Given.ts"
import type { IamTarget } from "../domain/aws/IamTarget.ts"
import { type Partition, partitionOfArn, partitionOfRegion } from "../domain/aws/Region.ts"
import type { SessionCredentials } from "../domain/aws/SessionCredentials.ts"
import type { StsFailure } from "../domain/aws/StsFailure.ts"
import { type StsTarget, stsTarget } from "../domain/aws/StsTarget.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { type LongLivedKey, readKey, readRegion, readSerial } from "../domain/onepassword/OpItem.ts"
import { itemOf, type OpItemDocument } from "../domain/onepassword/OpItemDocument.ts"
import type { Settings } from "../domain/settings/Settings.ts"
import { RotationFailure } from "./RotationFailure.ts"
import { readJournals, type RotationJournal, userKey } from "./RotationJournal.ts"
import { rotationStep } from "./RotationPlan.ts"
import type { RotationStep, UserKey } from "./RotationStep.ts"
import { Iam, type IamCaller } from "../services/aws/Iam.ts"
import { type CallerIdentity, Sts } from "../services/aws/Sts.ts"
import type { ItemReference } from "../services/onepassword/OpCli.ts"
import { OpItems } from "../services/onepassword/OpItems.ts"
import { Progress } from "../services/terminal/Progress.ts"
import { acquire, forgetSession } from "../session/Acquire.ts"
import { orFail } from "../session/OrFail.ts"
import { type Deadline, endedBy } from "../session/terminal/Deadline.ts"
import { waitingForIam, waitingForOp, waitingForSts } from "../session/terminal/Waiting.ts"

/** What a rotation is for, and with what it may work. */
export interface RotationRequest {
  readonly settings: Settings
  readonly iamTarget: (partition: Partition) => IamTarget | Failure
}

/** All that is known of the item, the key in it, and its user. */
export interface Sight {
  readonly document: OpItemDocument
  /** The key that the item holds, which STS takes. */
  readonly held: LongLivedKey
  readonly identity: CallerIdentity
  readonly target: StsTarget
  /** Who calls IAM: a session with MFA, or undefined for the key itself. */
  readonly session: SessionCredentials | undefined
  readonly iamTarget: IamTarget
  readonly keys: ReadonlyArray<UserKey>
  readonly journal: RotationJournal | undefined
  readonly step: RotationStep
}

/**
 * Finds out how things stand, without changing anything: reads the item, asks STS whose key it holds, gets a session
 * that may call IAM (at the price of one MFA code, where none is cached), and lists the user's keys.
 */
export const look = Effect.fn("look")(function*(request: RotationRequest, deadline: Deadline) {
  const { settings } = request
  const document = yield* endedBy(readDocument(settings), deadline)
  const held = yield* orFail(readKey(itemOf(document), settings))
  const target = yield* targetOf(settings, document)
  const journals = yield* readJournals
  const identity = yield* endedBy(identityOf(held, target, journals.find(({ newKey }) => newKey === held.accessKeyId)), deadline)
  // STS calls it root, and IAM has no keys of roles and federated users.
  if (!identity.arn.includes(":user/")) return yield* Effect.fail(RotationFailure.NotAUsersKey(identity.arn))
  const iamTarget = yield* orFail(request.iamTarget(partitionOfArn(identity.arn) ?? partitionOfRegion(target.region)))
  const session = settings.mfa === "none" ? undefined : yield* sessionOf(settings, identity, target, deadline)
  return yield* inspect({ document, held, identity, target, session, iamTarget, journals }, deadline)
})

/** The same once more, when time has passed: a person has thought about it. */
export const lookAgain = Effect.fn("lookAgain")(function*(settings: Settings, before: Sight, deadline: Deadline) {
  const document = yield* endedBy(readDocument(settings), deadline)
  const held = yield* orFail(readKey(itemOf(document), settings))
  return yield* inspect({ ...before, document, held, journals: yield* readJournals }, deadline)
})

/** The whole item, as 1Password has it now. */
export const readDocument = Effect.fnUntraced(function*(settings: Settings) {
  const reference: ItemReference = {
    vault: settings.vault,
    item: settings.item,
    ...given({ account: settings.account }),
    cliPath: settings.cliPath
  }
  return yield* waitingForOp((yield* OpItems).read(reference))
})

/** IAM is one place for all regions, and a key takes some seconds from there to each of them. */
const untilKnown = Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("5 seconds")]).pipe(
  Schedule.upTo({ duration: "60 seconds" })
)

/** Whose key this is, once AWS knows it. */
export const identityOnceKnown = Effect.fnUntraced(function*(key: LongLivedKey, target: StsTarget) {
  const sts = yield* Sts
  const progress = yield* Progress
  const step = {
    waitingFor: "AWS to take the key",
    hint: "a new key is known everywhere within a minute; check the network and the proxy (HTTPS_PROXY), and try again",
    shown: true
  }
  const asked = Effect.retry(sts.callerIdentity(key, target), { schedule: untilKnown, while: mayBeTooEarly })
  return yield* progress.during(step, asked)
})

const mayBeTooEarly = (failure: StsFailure): boolean => failure._tag === "KeyUnknown" || failure.passing

/** A key that an interrupted run has stored may be seconds old; any other is known, or it is not. */
const identityOf = Effect.fnUntraced(function*(held: LongLivedKey, target: StsTarget, journal: RotationJournal | undefined) {
  const sts = yield* Sts
  if (journal === undefined) return yield* waitingForSts(target)(sts.callerIdentity(held, target))
  const dead = Effect.fail(RotationFailure.NewKeyDead(held.accessKeyId, journal.oldKey))
  return yield* Effect.catchTag(identityOnceKnown(held, target), "KeyUnknown", () => dead)
})

/** A session that may call IAM: one that was made with MFA may, whichever key it was made with. */
const sessionOf = Effect.fnUntraced(function*(
  settings: Settings,
  identity: CallerIdentity,
  target: StsTarget,
  deadline: Deadline
) {
  const sts = yield* Sts
  const session = acquire(settings, { staleIfError: false }, deadline)
  const ask = (credentials: SessionCredentials) =>
    endedBy(waitingForSts(target)(sts.callerIdentity(credentials, target)), deadline)
  const entry = yield* session
  const { credentials, owner } = yield* ask(entry.credentials).pipe(
    Effect.map((owner) => ({ credentials: entry.credentials, owner })),
    // One from the cache that AWS takes no more: it is forgotten, and another one made.
    Effect.catchTag(["SessionExpired", "SessionUnknown"], () =>
      Effect.andThen(forgetSession(settings, entry), session).pipe(
        Effect.flatMap(({ credentials }) => Effect.map(ask(credentials), (owner) => ({ credentials, owner })))
      ))
  )
  if (userKey(owner) !== userKey(identity)) return yield* Effect.fail(RotationFailure.SessionOfAnother(owner.arn, identity.arn))
  return credentials
})

const targetOf = Effect.fnUntraced(function*(settings: Settings, document: OpItemDocument) {
  const item = itemOf(document)
  const serial = settings.mfa === "none" ? undefined : settings.mfaSerial ?? (yield* orFail(readSerial(item, settings.mfaSerialField)))
  const region = settings.sts.regions.length > 0 ? undefined : yield* orFail(readRegion(item))
  return yield* orFail(stsTarget(settings.sts, serial, region))
})

type Seen = Omit<Sight, "keys" | "journal" | "step"> & { readonly journals: ReadonlyArray<RotationJournal> }

const inspect = Effect.fnUntraced(function*({ journals, ...seen }: Seen, deadline: Deadline) {
  const iam = yield* Iam
  const caller = callerOf(seen, seen.held)
  const found = yield* endedBy(waitingForIam(iam.accessKeys(caller)), deadline)
  const keys = yield* Effect.forEach(found, (key) =>
    Effect.map(endedBy(waitingForIam(lastUseOf(caller, key.accessKeyId)), deadline), (lastUse): UserKey => ({ ...key, lastUse })))
  const journal = journals.find(({ user }) => user === userKey(seen.identity))
  const step = yield* orFail(rotationStep({ held: seen.held.accessKeyId, keys, journal }))
  const sight: Sight = { ...seen, keys, journal, step }
  return sight
})

/** Who may not ask for it may rotate all the same: then nobody knows. */
const lastUseOf = Effect.fnUntraced(function*(caller: IamCaller, id: string) {
  const used = yield* (yield* Iam).lastUsed(caller, id)
  return used ?? "never" as const
}, Effect.catchTag("IamDenied", () => Effect.succeed("unknown" as const)))

/** How IAM is called while this key is the one to be kept. */
export const callerOf = (
  { iamTarget, session }: Pick<Sight, "iamTarget" | "session">,
  key: LongLivedKey
): IamCaller => ({ credentials: session ?? key, target: iamTarget })

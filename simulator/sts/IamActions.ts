import { randomBytes } from "node:crypto"
import type { ActionInput, ActionOutput } from "./Action.ts"
import { allows } from "./SessionPolicy.ts"
import { accessDenied, invalidToken, StsError, validation } from "./StsError.ts"
import type { IamAction, StsState, StsUser } from "./StsState.ts"
import type { XmlNode } from "./Xml.ts"

const actions: ReadonlyArray<string> = [
  "ListAccessKeys",
  "GetAccessKeyLastUsed",
  "CreateAccessKey",
  "UpdateAccessKey",
  "DeleteAccessKey",
  "ListMFADevices"
] satisfies ReadonlyArray<IamAction>

/** Whether an action is one of IAM and not of STS. */
export const isIamAction = (action: string): action is IamAction => actions.includes(action)

/** How many access keys a user may have. */
const quota = 2

const date = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`

const userNameOf = ({ arn }: StsUser): string => arn.split("/").at(-1) ?? ""

const keysOf = (state: StsState, { arn }: StsUser): ReadonlyArray<readonly [id: string, key: StsUser]> =>
  Object.entries(state.users).filter(([, user]) => user.arn === arn)

const noSuchKey = (id: string): StsError =>
  new StsError("NoSuchEntity", `The Access Key with id ${id} cannot be found.`, 404)

/** The user who calls, with a key or with a session that a code went into. Throws StsError. */
const userOf = (action: IamAction, { caller, state }: ActionInput): StsUser => {
  const { session } = caller
  if (session?.kind === "role") throw validation("Must specify userName when calling with non-User credentials")
  if (session?.mfa === false) throw invalidToken()
  const user = session === undefined ? caller.user : Object.values(state.users).find(({ arn }) => arn === session.arn)
  if (user === undefined) throw invalidToken()
  const { denied = [], requiresMfa = false } = user.iam ?? {}
  const lacksMfa = requiresMfa && session?.mfa !== true
  const isNarrowed = !allows(session?.policies ?? [], `iam:${action}`, user.arn)
  if (denied.includes(action) || lacksMfa || isNarrowed) {
    const why = isNarrowed
      ? `because no session policy allows the iam:${action} action`
      : lacksMfa
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the iam:${action} action`
    throw accessDenied(
      `User: ${user.arn} is not authorized to perform: iam:${action} on resource: user ${userNameOf(user)} ${why}`
    )
  }
  return user
}

const wanted = ({ parameters }: ActionInput): string => {
  const id = parameters.get("AccessKeyId") ?? ""
  if (/^\w{16,128}$/.test(id)) return id
  throw validation(
    `1 validation error detected: Value '${id}' at 'accessKeyId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w]+`
  )
}

const ownKey = (input: ActionInput, user: StsUser): StsUser => {
  const id = wanted(input)
  const key = keysOf(input.state, user).find(([own]) => own === id)?.[1]
  if (key === undefined) throw noSuchKey(id)
  return key
}

const metadata = (id: string, key: StsUser): XmlNode => ({
  UserName: userNameOf(key),
  AccessKeyId: id,
  Status: key.active === false ? "Inactive" : "Active",
  CreateDate: date(key.createdMs ?? 0)
})

let made = 0

const createAccessKey = ({ now, state }: ActionInput, user: StsUser): XmlNode => {
  if (keysOf(state, user).length >= quota) {
    throw new StsError("LimitExceeded", `Cannot exceed quota for AccessKeysPerUser: ${quota}`, 409)
  }
  made += 1
  const id = `AKIAFAKE${process.pid.toString(36).toUpperCase().padStart(6, "0")}${String(made).padStart(6, "0")}`
  const { lastUsedMs: _, ...rest } = user
  const key = {
    ...rest,
    secret: `fake-new-secret-${randomBytes(12).toString("hex")}`,
    active: true,
    createdMs: now,
    knownFromMs: now + state.keyDelayMs
  }
  state.users[id] = key
  return { AccessKey: { ...metadata(id, key), SecretAccessKey: key.secret } }
}

const lastUsed = (input: ActionInput, user: StsUser): XmlNode => {
  const { lastUsedMs } = ownKey(input, user)
  const never = lastUsedMs === undefined
  return {
    UserName: userNameOf(user),
    AccessKeyLastUsed: {
      ...(never ? {} : { LastUsedDate: date(lastUsedMs) }),
      ServiceName: never ? "N/A" : "sts",
      Region: never ? "N/A" : "us-east-1"
    }
  }
}

const updateAccessKey = (input: ActionInput, user: StsUser): undefined => {
  const status = input.parameters.get("Status")
  if (status !== "Active" && status !== "Inactive") {
    throw validation(
      `1 validation error detected: Value '${status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]`
    )
  }
  ownKey(input, user).active = status === "Active"
}

const deleteAccessKey = (input: ActionInput, user: StsUser): undefined => {
  ownKey(input, user)
  delete input.state.users[wanted(input)]
}

const list = (name: string, members: ReadonlyArray<XmlNode>): XmlNode => ({ IsTruncated: "false", [name]: members })

const answer = (action: IamAction, input: ActionInput, user: StsUser): XmlNode | undefined => {
  switch (action) {
    case "ListAccessKeys":
      return list("AccessKeyMetadata", keysOf(input.state, user).map(([id, key]) => metadata(id, key)))
    case "GetAccessKeyLastUsed":
      return lastUsed(input, user)
    case "CreateAccessKey":
      return createAccessKey(input, user)
    case "UpdateAccessKey":
      return updateAccessKey(input, user)
    case "DeleteAccessKey":
      return deleteAccessKey(input, user)
    case "ListMFADevices":
      return list(
        "MFADevices",
        Object.keys(user.mfa).map((SerialNumber) => ({ UserName: userNameOf(user), SerialNumber, EnableDate: date(0) }))
      )
  }
}

/** Does what a request asks of IAM, for the user who calls. Throws StsError. */
export const performIam = (action: IamAction, input: ActionInput): ActionOutput => {
  const result = answer(action, input, userOf(action, input))
  return result === undefined ? {} : { result }
}

import {
  type AccessKey as CreatedKey,
  type AccessKeyLastUsed,
  type AccessKeyMetadata,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  type MFADevice,
  UpdateAccessKeyCommand
} from "@aws-sdk/client-iam"
import { given } from "../../domain/base/Given.ts"
import { clientConfig, nobody, nowhere, type Send } from "./AwsClient.ts"
import type { Keys } from "./AwsLine.ts"
import type { IamTarget } from "../../domain/aws/IamTarget.ts"
import { defaultRegion, type Partition } from "../../domain/aws/Region.ts"

/** The AWS SDK's IAM client. This module is expensive to load, and nothing but IAM needs it. */

/** IAM is one place for each partition, which its rules find by any of the partition's regions. */
const client = ({ endpoint, fips, partition }: IamTarget, keys: Keys, clockOffset: number, send: Send): IAMClient =>
  new IAMClient(clientConfig({ region: regionIn(partition, endpoint), endpoint, fips, dualStack: false }, keys, clockOffset, send))

/** Of a partition that is not known only its region could say where IAM is, and a signature needs one all the same. */
const regionIn = (partition: Partition, endpoint: string | undefined): string => {
  const region = defaultRegion(partition) ?? (endpoint === undefined ? undefined : "us-east-1")
  if (region === undefined) throw new Error("the partition is not known here")
  return region
}

/** The endpoint of the target by AWS's own rules. Throws where a partition has none of that kind. */
export const endpointOf = async (target: IamTarget): Promise<URL> => {
  const { config } = client(target, nobody, 0, nowhere)
  const resolved = config.endpointProvider({
    Region: await config.region(),
    UseFIPS: await config.useFipsEndpoint(),
    UseDualStack: false,
    ...given({ Endpoint: target.endpoint })
  })
  return resolved.url
}

/** IAM's answer, not yet looked at. Rejects with the SDK's exceptions and with whatever `send` rejects with. */
export interface Client {
  readonly accessKeys: (signal: AbortSignal) => Promise<ReadonlyArray<AccessKeyMetadata> | undefined>
  readonly lastUsed: (accessKeyId: string, signal: AbortSignal) => Promise<AccessKeyLastUsed | undefined>
  readonly createAccessKey: (signal: AbortSignal) => Promise<CreatedKey | undefined>
  readonly setActive: (accessKeyId: string, active: boolean, signal: AbortSignal) => Promise<unknown>
  readonly deleteAccessKey: (accessKeyId: string, signal: AbortSignal) => Promise<unknown>
  readonly mfaDevices: (signal: AbortSignal) => Promise<ReadonlyArray<MFADevice> | undefined>
}

/** A client for one caller, which speaks of that user. Lists are never so long that IAM would cut them. */
export const make = (target: IamTarget, keys: Keys, clockOffset: number, send: Send): Client => {
  const iam = client(target, keys, clockOffset, send)
  return {
    accessKeys: async (abortSignal) => (await iam.send(new ListAccessKeysCommand({}), { abortSignal })).AccessKeyMetadata,
    lastUsed: async (AccessKeyId, abortSignal) =>
      (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }), { abortSignal })).AccessKeyLastUsed,
    createAccessKey: async (abortSignal) => (await iam.send(new CreateAccessKeyCommand({}), { abortSignal })).AccessKey,
    setActive: (AccessKeyId, active, abortSignal) =>
      iam.send(new UpdateAccessKeyCommand({ AccessKeyId, Status: active ? "Active" : "Inactive" }), { abortSignal }),
    deleteAccessKey: (AccessKeyId, abortSignal) =>
      iam.send(new DeleteAccessKeyCommand({ AccessKeyId }), { abortSignal }),
    mfaDevices: async (abortSignal) => (await iam.send(new ListMFADevicesCommand({}), { abortSignal })).MFADevices
  }
}

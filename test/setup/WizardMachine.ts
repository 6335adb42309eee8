import { Layer } from "effect"
import { AwsFilesMemory } from "../fakes/aws-config/AwsFilesMemory.ts"
import * as CredentialProcessFake from "../fakes/aws-config/CredentialProcessFake.ts"
import * as DiskMemory from "../fakes/host/DiskMemory.ts"
import * as IamFake from "../fakes/aws/IamFake.ts"
import { type Answer, InterviewFake } from "../fakes/terminal/InterviewFake.ts"
import * as LockMemory from "../fakes/cache/LockMemory.ts"
import type { OpWorld } from "../fakes/onepassword/OpCliFake.ts"
import * as OpItemsFake from "../fakes/onepassword/OpItemsFake.ts"
import * as OpStatusFake from "../fakes/onepassword/OpStatusFake.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { TtyFake } from "../fakes/terminal/TtyFake.ts"

/** Where a wizard runs that writes AWS's files: its disk, 1Password and AWS. */
export interface WizardMachine {
  readonly op: OpWorld
  readonly status: OpStatusFake.OpStatusWorld
  readonly sts: StsFake.FakeSts
  readonly things: DiskMemory.Things
  readonly lines: CredentialProcessFake.Lines
}

/** What one process on it works with, with this person at its terminal, or nobody. */
export const wizardServices = ({ lines, op, status, sts, things }: WizardMachine, answers: ReadonlyArray<Answer> | "absent") =>
  Layer.mergeAll(
    answers === "absent" ? InterviewFake.absent : InterviewFake.layer(answers),
    AwsFilesMemory.layerOver(things),
    DiskMemory.layerOver(things),
    OpItemsFake.layerOver(op),
    OpStatusFake.layerOver(status),
    StsFake.layerOver(sts),
    IamFake.layerOver(sts),
    CredentialProcessFake.layerOver(lines),
    LockMemory.layerOver(LockMemory.makeLocks()),
    TtyFake.layer({ present: false }),
    SignalsFake.layer
  )

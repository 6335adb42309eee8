import { Layer } from "effect"
import { AwsFilesMemory } from "../fakes/AwsFilesMemory.ts"
import * as CredentialProcessFake from "../fakes/CredentialProcessFake.ts"
import * as DiskMemory from "../fakes/DiskMemory.ts"
import * as IamFake from "../fakes/IamFake.ts"
import { type Answer, InterviewFake } from "../fakes/InterviewFake.ts"
import * as LockMemory from "../fakes/LockMemory.ts"
import type { OpWorld } from "../fakes/OpCliFake.ts"
import * as OpItemsFake from "../fakes/OpItemsFake.ts"
import * as OpStatusFake from "../fakes/OpStatusFake.ts"
import { SignalsFake } from "../fakes/SignalsFake.ts"
import * as StsFake from "../fakes/StsFake.ts"
import { TtyFake } from "../fakes/TtyFake.ts"

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

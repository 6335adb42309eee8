import { ExitCode, type FailureOf, failures } from "../domain/base/Failure.ts"

const { findings } = ExitCode

export const DoctorFailure = failures({
  /** `doctor` found something and has said so. There is nothing left to say, and the exit code tells it. */
  FindingsTold: (count: number) => [findings, `${count} ${count === 1 ? "finding" : "findings"}`, "each says how to mend it"]
})

export type DoctorFailure<Tag extends keyof typeof DoctorFailure = keyof typeof DoctorFailure> =
  FailureOf<typeof DoctorFailure, Tag>

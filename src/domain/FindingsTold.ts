import { ExitCode, Failure } from "./Failure.ts"

/** `doctor` found something and has said so. There is nothing left to say, and the exit code tells it. */
export class FindingsTold extends Failure {
  override readonly _tag = "FindingsTold"
  override readonly exitCode = ExitCode.findings

  constructor(count: number) {
    super(`${count} ${count === 1 ? "finding" : "findings"}`, "each says how to mend it")
  }
}

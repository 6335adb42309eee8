import { assert, describe, layer } from "@effect/vitest"
import { Arbitrary, Effect } from "effect"
import { garbage, heap } from "./AwsConfigArbitrary.ts"
import * as Python from "./PythonReference.ts"
import { checkConfigFile } from "../../src/doctor/checks/AwsFiles.ts"
import { configLines } from "../../src/domain/aws-config/ConfigLines.ts"

/** Whether a finding says that the AWS CLI and boto3 read nothing of the file. */
const refusedByPython = (text: string): boolean =>
  checkConfigFile(configLines({ path: "config", text }, false)).some(({ why }) =>
    /^the AWS CLI and boto3.* refuse the whole file/.test(why)
  )

const withoutBotocore = Python.lacking("botocore")

const title = withoutBotocore === undefined ? "beside botocore" : `beside botocore [skipped: ${withoutBotocore}]`

describe.skipIf(withoutBotocore !== undefined)(title, () => {
  layer(Python.layer)((it) => {
    // Python and JavaScript differ in which odd characters are blanks, and in whether a lone carriage return ends a line.
    // Python takes a header to its last bracket.
    const usual = Arbitrary.map(
      garbage,
      (text) => text.replace(/[\ufeff\u0000\u00a0]|\r(?!\n)/g, "").replace(/\][^\n]*\]/g, "]")
    )
    const twice = Arbitrary.map(
      Arbitrary.all({ one: heap, other: heap, between: usual }),
      ({ between, one, other }) => `${one}\n${between}\n${other}`
    )

    for (
      const [name, texts] of [["lines in any order", heap], ["anything", usual], [
        "a profile that comes twice",
        twice
      ]] as const
    ) {
      it.effect.prop(
        `a file is said to be refused exactly where it is: ${name}`,
        [texts],
        ([text]) =>
          Effect.gen(function*() {
            const reference = yield* Python.PythonReference
            const theirs = yield* reference.read({ config: text, credentials: "" })
            assert.strictEqual(refusedByPython(text), theirs === null)
          }),
        { arbitrary: { runs: 300 } }
      )
    }
  })
})

import { Effect } from "effect"
import * as AwsFilesNode from "../../src/layers/aws-config/AwsFilesNode.ts"
import { AwsFiles } from "../../src/services/aws-config/AwsFiles.ts"

/**
 * A process that replaces a file by texts of 60,000 times the next letter, without end: `awsFileWriter.ts <path>`. It
 * prints a line when three are there, which left a backup, and the failure's message if it cannot go on.
 */
const [path = ""] = process.argv.slice(2)
const texts = ["a", "b", "c"].map((letter) => letter.repeat(60_000))

const replaceAll = Effect.gen(function*() {
  const files = yield* AwsFiles
  for (let turn = 0;; turn++) {
    const before = yield* files.read(path)
    yield* files.replace({ path, before, after: texts[turn % texts.length]!, backup: turn % 2 === 0 })
    if (turn === 2) process.stdout.write("started\n")
  }
})

const failed = Effect.provide(Effect.flip(replaceAll), AwsFilesNode.layer)
process.stdout.write(`${(await Effect.runPromise(failed)).message}\n`)

/**
 * Leaves with 8 while a thread of the pool is held up: `leaver.ts FIFO`. Says so on stdout when its
 * exit is heard of.
 */
import { readFile } from "node:fs"
import { leave } from "../../../src/layers/host/Leaving.ts"
import { writeText } from "../../../src/layers/terminal/WriteText.ts"

const [fifo = ""] = process.argv.slice(2)

process.on("exit", (code) => writeText(1, `leaving with ${code}\n`))
readFile(fifo, () => undefined)
// The thread has to have come to it: it opens the FIFO at once, which no writer ever answers.
setTimeout(() => leave(8), 100)

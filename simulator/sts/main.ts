import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { startSts } from "./Sts.ts"
import type { StsState } from "./StsState.ts"

const { values } = parseArgs({
  options: {
    state: { type: "string" },
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    log: { type: "string" },
    cert: { type: "string" },
    key: { type: "string" },
    "delay-ms": { type: "string" }
  }
})

const fromFile = values.state === undefined ? {} : JSON.parse(readFileSync(values.state, "utf8")) as Partial<StsState>
const sts = await startSts({
  state: { ...fromFile, ...(values["delay-ms"] === undefined ? {} : { delayMs: Number(values["delay-ms"]) }) },
  port: Number(values.port),
  host: values.host,
  ...(values.log === undefined ? {} : { log: values.log }),
  ...(values.cert === undefined || values.key === undefined
    ? {}
    : { tls: { cert: readFileSync(values.cert, "utf8"), key: readFileSync(values.key, "utf8") } })
})
process.stdout.write(`${sts.url}\n`)

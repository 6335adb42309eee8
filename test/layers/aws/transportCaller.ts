/**
 * Asks servers, and then the same as proxies, in a process of its own under whichever runtime: `transportCaller.ts PORTS`,
 * a JSON list. Prints how each request ended, and by how much the process grew meanwhile.
 */
import * as AwsTransport from "../../../src/layers/aws/AwsTransport.ts"

export interface TransportEnding {
  /** For each port the phase in which the request to the server failed, and the one through the proxy; or `answered`. */
  readonly endings: ReadonlyArray<readonly [server: string, proxy: string]>
  /** In MiB, at the most. */
  readonly growth: number
}

const phaseOf = async (route: AwsTransport.Route): Promise<string> => {
  const transport = AwsTransport.make(route)
  try {
    await transport.exchange({ method: "GET", path: "/", headers: {}, body: "" }, AbortSignal.timeout(60_000))
    return "answered"
  } catch (error) {
    return error instanceof AwsTransport.NoAnswer && error.code !== "ABORT_ERR" ? error.phase : String(error)
  } finally {
    transport.close()
  }
}

const ports = JSON.parse(process.argv[2] ?? "[]") as ReadonlyArray<number>
const before = process.memoryUsage().rss
const endings: Array<readonly [string, string]> = []
for (const port of ports) {
  const direct = await phaseOf({ endpoint: new URL(`http://127.0.0.1:${port}`) })
  const proxy = { secure: false, host: "127.0.0.1", port }
  endings.push([direct, await phaseOf({ endpoint: new URL("https://sts.example.test"), proxy })])
}
const growth = (process.resourceUsage().maxRSS * 1024 - before) / 1024 ** 2
const ending: TransportEnding = { endings, growth }
console.log(JSON.stringify(ending))
process.exit(0)

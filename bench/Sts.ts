import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** How long a call of STS takes here (milliseconds). */
export const stsDelay = 50

export interface Sts {
  readonly url: string
  /** How long each call took, from the end of the request to the end of the answer (milliseconds). */
  readonly calls: Array<number>
  readonly close: () => void
}

const answer = (): string => {
  const expiration = `${new Date(Date.now() + 12 * 3_600_000).toISOString().slice(0, 19)}Z`
  return `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetSessionTokenResult><Credentials>
<AccessKeyId>ASIAFAKE0000EXAMPLE0</AccessKeyId><SecretAccessKey>fake-secret-for-tests</SecretAccessKey>
<SessionToken>${"fake-session-token-".repeat(40)}</SessionToken><Expiration>${expiration}</Expiration>
</Credentials></GetSessionTokenResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetSessionTokenResponse>`
}

/** An STS that gives a session to anybody, after its time. */
export const startSts = (): Promise<Sts> =>
  new Promise((resolve) => {
    const calls: Array<number> = []
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        const from = performance.now()
        setTimeout(() => {
          response.writeHead(200, { "content-type": "text/xml" }).end(answer())
          calls.push(performance.now() - from)
        }, stsDelay)
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      resolve({ url: `http://127.0.0.1:${port}`, calls, close: () => server.close() })
    })
  })

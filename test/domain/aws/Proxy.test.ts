import { assert, describe, it } from "@effect/vitest"
import { proxyFor } from "../../../src/domain/aws/Proxy.ts"

const sts = new URL("https://sts.eu-west-1.amazonaws.com")
const plain = new URL("http://sts.example.test:4566")
const proxy = { secure: false, host: "proxy.example.test", port: 3128 }
const address = "http://proxy.example.test:3128"

describe("the proxy of a request", () => {
  it("comes from the variable of the scheme, in either case", () => {
    assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: address }), proxy)
    assert.deepStrictEqual(proxyFor(sts, { https_proxy: address }), proxy)
    assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: "", https_proxy: address }), proxy)
    assert.deepStrictEqual(proxyFor(plain, { HTTP_PROXY: address }), proxy)
    assert.isUndefined(proxyFor(sts, { HTTP_PROXY: address, ALL_PROXY: address }))
    assert.isUndefined(proxyFor(plain, { HTTPS_PROXY: address }))
    assert.isUndefined(proxyFor(sts, {}))
  })

  it("prefers the variable in capitals", () => {
    assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: address, https_proxy: "http://other.example.test" }), proxy)
  })

  it("may leave out its scheme and its port", () => {
    assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: "proxy.example.test:3128" }), proxy)
    assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: "http://proxy.example.test/" }), { ...proxy, port: 80 })
    assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: "https://proxy.example.test" }), {
      secure: true,
      host: "proxy.example.test",
      port: 443
    })
    assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: "http://[2001:db8::1]:3128" }), {
      secure: false,
      host: "2001:db8::1",
      port: 3128
    })
  })

  it("is given the user and password of its address, decoded", () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`
    const of = (userinfo: string) => {
      const found = proxyFor(sts, { HTTPS_PROXY: `http://${userinfo}@proxy.example.test:3128` })
      return found !== undefined && "authorization" in found ? found.authorization : undefined
    }
    assert.strictEqual(of("user:pass"), basic("user:pass"))
    assert.strictEqual(of("us%40er:p%3Ass%25"), basic("us@er:p:ss%"))
    assert.strictEqual(of("user:100%"), basic("user:100%"))
    assert.strictEqual(of("naïve:ü"), basic("naïve:ü"))
    assert.strictEqual(of("user"), basic("user:"))
  })

  it.each([
    ["corp\\user:pass", "corp\\user:pass"],
    ["corp%5Cuser:pass", "corp\\user:pass"],
    ["corp\\user:p\\ss/w?rd#1", "corp\\user:p\\ss/w?rd#1"],
    ["user:p@ss", "user:p@ss"]
  ])("takes the user %s as it is written, and the host after it", (userinfo, decoded) => {
    for (const scheme of ["http://", ""]) {
      assert.deepStrictEqual(proxyFor(sts, { HTTPS_PROXY: `${scheme}${userinfo}@proxy.example.test:3128` }), {
        ...proxy,
        authorization: `Basic ${Buffer.from(decoded).toString("base64")}`
      })
    }
  })

  it("is an error when it is no HTTP proxy, and the error names the variable only", () => {
    for (const odd of ["socks5://user:secret@proxy:1080", "http://", "ftp://proxy", "http://a b"]) {
      assert.deepStrictEqual(proxyFor(sts, { https_proxy: odd }), { unusable: "https_proxy" })
    }
  })

  it("is never taken to this machine itself", () => {
    const hosts = ["localhost", "sts.localhost", "127.0.0.1", "127.1.2.3", "[::1]"]
    for (const host of hosts) assert.isUndefined(proxyFor(new URL(`http://${host}:4566`), { HTTP_PROXY: address }))
    assert.deepStrictEqual(proxyFor(new URL("http://127.0.0.1.example.test"), { HTTP_PROXY: address }), proxy)
  })
})

describe("NO_PROXY", () => {
  const goesDirect = (list: string, url = sts) =>
    proxyFor(url, { HTTPS_PROXY: address, HTTP_PROXY: address, NO_PROXY: list }) === undefined

  it("excepts a host and what is below it", () => {
    assert.isTrue(goesDirect("sts.eu-west-1.amazonaws.com"))
    assert.isTrue(goesDirect("amazonaws.com"))
    assert.isTrue(goesDirect("AmazonAWS.com"))
    assert.isFalse(goesDirect("aws.com"))
    assert.isFalse(goesDirect("eu-west-1"))
    assert.isFalse(goesDirect("x.sts.eu-west-1.amazonaws.com"))
  })

  it("excepts only what is below a suffix with a dot", () => {
    assert.isTrue(goesDirect(".amazonaws.com"))
    assert.isTrue(goesDirect("*.amazonaws.com"))
    assert.isFalse(goesDirect(".sts.eu-west-1.amazonaws.com"))
    assert.isFalse(goesDirect("*.sts.eu-west-1.amazonaws.com"))
  })

  it("minds a port, the scheme's own included", () => {
    assert.isTrue(goesDirect("amazonaws.com:443"))
    assert.isFalse(goesDirect("amazonaws.com:8443"))
    assert.isTrue(goesDirect("sts.example.test:4566", plain))
    assert.isFalse(goesDirect("sts.example.test:80", plain))
  })

  it("is a list, and a star excepts everything", () => {
    assert.isTrue(goesDirect("a.example, amazonaws.com ,b.example"))
    assert.isTrue(goesDirect("a.example amazonaws.com"))
    assert.isTrue(goesDirect("a.example,*"))
    assert.isFalse(goesDirect(" , ,"))
  })

  it("knows addresses", () => {
    assert.isTrue(goesDirect("192.0.2.1", new URL("http://192.0.2.1:4566")))
    assert.isFalse(goesDirect("192.0.2.1", new URL("http://192.0.2.11")))
    assert.isTrue(goesDirect("2001:db8::1", new URL("http://[2001:db8::1]/")))
    assert.isTrue(goesDirect("[2001:db8::1]:4566", new URL("http://[2001:db8::1]:4566/")))
  })

  it("is read in lower case too", () => {
    assert.isUndefined(proxyFor(sts, { HTTPS_PROXY: address, no_proxy: "amazonaws.com" }))
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { isPlainAfterScheme } from "../../../src/domain/aws/ConfiguredEndpoint.ts"
import { configuredSts, stsTarget } from "../../../src/domain/aws/StsTarget.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"

const configured = (keys: string, environment: Environment = {}, more = "") => {
  const config = parseAwsConfig({
    config: { path: "config", text: `[profile dev]\n${keys}\n${more}` },
    credentials: { path: "credentials", text: "" }
  })
  const profile = config.profile("dev")
  if (profile instanceof Error) return profile
  return configuredSts({ profile, config, environment })
}

const good = (...given: Parameters<typeof configured>) => {
  const sts = configured(...given)
  return sts instanceof Error ? assert.fail(sts.message) : sts
}

const commercial = "arn:aws:iam::123456789012:mfa/me"
const china = "arn:aws-cn:iam::123456789012:mfa/me"
const government = "arn:aws-us-gov:iam::123456789012:mfa/me"

const targetFor = (keys: string, environment: Environment, serial?: string, itemRegion?: string) =>
  stsTarget(good(keys, environment), serial, itemRegion)

const regionOf = (...given: Parameters<typeof targetFor>) => {
  const target = targetFor(...given)
  return target instanceof Error ? assert.fail(target.message) : target.region
}

describe("the region of STS", () => {
  it("is AWS_REGION, else AWS_DEFAULT_REGION, else the profile's, else the item's", () => {
    const all = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" }
    assert.strictEqual(regionOf("region = eu-west-3", all, commercial, "eu-north-1"), "eu-west-1")
    const second = { ...all, AWS_REGION: "" }
    assert.strictEqual(regionOf("region = eu-west-3", second, commercial, "eu-north-1"), "eu-west-2")
    assert.strictEqual(regionOf("region = eu-west-3", {}, commercial, "eu-north-1"), "eu-west-3")
    assert.strictEqual(regionOf("", {}, commercial, "eu-north-1"), "eu-north-1")
  })

  it.each([
    [commercial, "us-east-1"],
    [china, "cn-north-1"],
    [government, "us-gov-west-1"],
    ["arn:aws-eusc:iam::123456789012:mfa/me", "eusc-de-east-1"],
    ["arn:aws-iso:iam::123456789012:mfa/me", "us-iso-east-1"],
    ["arn:aws-iso-b:iam::123456789012:mfa/me", "us-isob-east-1"],
    ["arn:aws-iso-e:iam::123456789012:mfa/me", "eu-isoe-west-1"],
    ["arn:aws-iso-f:iam::123456789012:mfa/me", "us-isof-south-1"],
    ["GAHT00000001", "us-east-1"],
    [undefined, "us-east-1"]
  ])("is the partition's own where nobody names one: %s", (serial, region) => {
    assert.strictEqual(regionOf("", {}, serial), region)
  })

  it("of another partition than the device's is passed over, wherever it comes from", () => {
    assert.strictEqual(regionOf("region = cn-northwest-1", { AWS_REGION: "eu-west-1" }, china), "cn-northwest-1")
    assert.strictEqual(regionOf("region = eu-west-1", {}, china), "cn-north-1")
    assert.strictEqual(regionOf("region = us-gov-east-1", { AWS_REGION: "us-east-1" }, government), "us-gov-east-1")
    assert.strictEqual(regionOf("region = cn-north-1", {}, commercial, "eu-west-1"), "eu-west-1")
    assert.strictEqual(regionOf("region = eu-west-1", { AWS_REGION: "cn-north-1" }, "GAHT00000001"), "cn-north-1")
  })

  it("of a partition that is not known here has to be named, and is not one of a known partition", () => {
    const unknown = "arn:aws-new:iam::123456789012:mfa/me"
    for (const target of [targetFor("", {}, unknown), targetFor("", { AWS_REGION: "eu-west-1" }, unknown, "cn-north-1")]) {
      assert.strictEqual(target instanceof Error ? target.message : "", "no region of aws-new is set, and the default of that partition is not known")
    }
    assert.strictEqual(regionOf("region = new-north-1", { AWS_REGION: "us-isof-east-1" }, unknown), "new-north-1")
    assert.strictEqual(regionOf("", { AWS_REGION: "eu-west-1" }, unknown, "new-north-1"), "new-north-1")
    assert.strictEqual(regionOf("region = eu-isoe-west-1", { AWS_REGION: "eu-west-1" }, "arn:aws-iso-e:iam::123456789012:mfa/me"), "eu-isoe-west-1")
    // A part of the world that AWS has not been in before is still in `aws`.
    assert.strictEqual(regionOf("region = new-north-1", {}, commercial), "new-north-1")
  })

  it.each(["EU-WEST-1", "eu west", "x", "eu-west-1.evil.example", "../a"])("cannot be %j", (region) => {
    assert.instanceOf(configured("", { AWS_REGION: region }), Error)
  })
})

describe("the endpoint of STS", () => {
  const services = "[services mine]\nsts =\n  endpoint_url = https://services.example.com\n"
  const keys = "services = mine\nendpoint_url = https://general.example.com"

  it("is the environment's, STS's own before the general one, else the services section's, else the profile's", () => {
    const both = { AWS_ENDPOINT_URL_STS: "https://sts.example.com", AWS_ENDPOINT_URL: "https://any.example.com" }
    assert.strictEqual(good(keys, both, services).endpoint, "https://sts.example.com")
    assert.strictEqual(good(keys, { ...both, AWS_ENDPOINT_URL_STS: "" }, services).endpoint, "https://any.example.com")
    assert.strictEqual(good(keys, {}, services).endpoint, "https://services.example.com")
    const ofS3 = "[services mine]\ns3 =\n  endpoint_url = https://s3.example.com\n"
    assert.strictEqual(good(keys, {}, ofS3).endpoint, "https://general.example.com")
    assert.isUndefined(good("", {}).endpoint)
  })

  it("is AWS's own where configured ones are to be ignored, by the environment or else by the profile", () => {
    const all = `${keys}\nignore_configured_endpoint_urls = true`
    const endpointOf = (given: string, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?: string) =>
      good(given, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS }, services).endpoint
    assert.isUndefined(endpointOf(keys, "TRUE"))
    assert.isUndefined(endpointOf(all))
    assert.strictEqual(endpointOf(all, "false"), "https://services.example.com")
    const inEnvironment = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true", AWS_ENDPOINT_URL: "https://any.example.com" }
    assert.isUndefined(good(keys, inEnvironment, services).endpoint)
  })

  it("has to be a URL, and its section has to be there", () => {
    for (const url of ["sts.example.com", "ftp://sts.example.com", "https://", "https:///host", "http:// a", "http://\ta"]) {
      const failure = configured("", { AWS_ENDPOINT_URL_STS: url })
      assert.isTrue(failure instanceof Error && failure.message.startsWith("AWS_ENDPOINT_URL_STS is "), url)
    }
    assert.isTrue(configured("services = none") instanceof Error)
  })

  const pieces = ["a", "xn--", "b-", "-", ".", ".", "0", "1", "255", "256", "09", "0x1", ":", "65535", "65536", "/", "[::1]", "@", "%", "A", " ", "ü", "?"]

  it.prop("is a URL to us where it is one to the engine, which is asked only where it is no plain one", [
    Schema.Array(Schema.Literals(pieces)).check(Schema.isMaxLength(7))
  ], ([some]) => {
    const rest = some.join("")
    const isUrl = URL.canParse(`https://${rest}`) && rest[0] !== "/" && rest[0] !== " "
    if (isPlainAfterScheme(rest)) assert.isTrue(isUrl, rest)
    assert.strictEqual(configured("", { AWS_ENDPOINT_URL_STS: `https://${rest}` }) instanceof Error, !isUrl, rest)
  }, { arbitrary: { runs: 3000 } })

  it("needs nobody's help to see a plain one", () => {
    const plain = ["sts.eu-west-1.amazonaws.com", "localhost:4566", "127.0.0.1:1/", "a", "x.y1/any thing", "0.0.0.0:0"]
    for (const rest of plain) assert.isTrue(isPlainAfterScheme(rest), rest)
    for (const rest of ["", "1.2.3", "1.2.3.4.5", "a.1", "256.0.0.1", "01.0.0.1", "a:", "a:65536", "a..b", "xn--a", "A", "[::1]"]) {
      assert.isFalse(isPlainAfterScheme(rest), rest)
    }
  })
})

describe("the other settings of STS", () => {
  it("are the environment's, else the profile's", () => {
    const keys = "use_fips_endpoint = true\nuse_dualstack_endpoint = true\nca_bundle = /profile.pem"
    assert.deepInclude(good(keys), { fips: true, dualStack: true, caBundle: "/profile.pem" })
    const environment = {
      AWS_USE_FIPS_ENDPOINT: "false",
      AWS_USE_DUALSTACK_ENDPOINT: "false",
      AWS_CA_BUNDLE: "/environment.pem"
    }
    assert.deepInclude(good(keys, environment), { fips: false, dualStack: false, caBundle: "/environment.pem" })
    assert.deepInclude(good(""), { fips: false, dualStack: false })
  })

  it("go to the target as they are", () => {
    const keys = ["use_fips_endpoint = true", "ca_bundle = /a.pem", "endpoint_url = http://localhost:4566"]
    const sts = good([...keys, "region = eu-west-1"].join("\n"))
    assert.deepStrictEqual(stsTarget(sts, undefined, undefined), {
      region: "eu-west-1",
      endpoint: "http://localhost:4566",
      fips: true,
      dualStack: false,
      caBundle: "/a.pem"
    })
  })
})

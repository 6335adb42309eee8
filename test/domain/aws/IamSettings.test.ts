import { assert, describe, it } from "@effect/vitest"
import { tagOf } from "../../fixtures/OpItems.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { type IamTarget, iamTarget } from "../../../src/domain/aws/IamTarget.ts"

const target = (text: string, environment: Record<string, string> = {}, partition: IamTarget["partition"] = "aws") => {
  const config = parseAwsConfig({ config: { path: "config", text }, credentials: { path: "credentials", text: "" } })
  const profile = config.profile("dev")
  if (profile instanceof Error) return assert.fail(profile.message)
  return iamTarget({ profile, config, environment, partition })
}

const dev = (...lines: ReadonlyArray<string>) => ["[profile dev]", ...lines, ""].join("\n")
const services = "services = mine"
const mine = "[services mine]\niam =\n  endpoint_url = https://iam.services.test\nsts =\n  endpoint_url = https://sts.services.test\n"

describe("where IAM is", () => {
  it("is AWS's own place for the partition, unless somebody says otherwise", () => {
    assert.deepStrictEqual(target(dev("region = eu-west-1")), { partition: "aws", fips: false })
    assert.deepStrictEqual(target("", {}, "aws-cn"), { partition: "aws-cn", fips: false })
    assert.deepStrictEqual(target(dev("use_fips_endpoint = true", "ca_bundle = /ca.pem")), {
      partition: "aws",
      fips: true,
      caBundle: "/ca.pem"
    })
  })

  const cases: ReadonlyArray<readonly [text: string, environment: Record<string, string>, endpoint: string | undefined]> = [
    [dev("endpoint_url = http://all.test"), {}, "http://all.test"],
    [dev("endpoint_url = http://all.test", services) + mine, {}, "https://iam.services.test"],
    [dev(services) + mine, { AWS_ENDPOINT_URL: "http://environment.test" }, "http://environment.test"],
    ["", { AWS_ENDPOINT_URL: "http://environment.test", AWS_ENDPOINT_URL_IAM: "http://iam.test" }, "http://iam.test"],
    ["", { AWS_ENDPOINT_URL_STS: "http://sts.test" }, undefined],
    ["", { AWS_ENDPOINT_URL_IAM: "http://iam.test", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, undefined]
  ]
  it.each(cases)("of %j and %j is %s", (text, environment, endpoint) => {
    const found = target(text, environment)
    assert.strictEqual(found instanceof Error ? tagOf(found) : found.endpoint, endpoint)
  })

  it("is an error where it is no URL, or in a section that is not there", () => {
    const odd = target("", { AWS_ENDPOINT_URL_IAM: "localhost:4566" })
    assert.include(odd instanceof Error ? odd.message : "", "AWS_ENDPOINT_URL_IAM")
    assert.strictEqual(tagOf(target(dev(services))), "SettingInvalid")
  })
})

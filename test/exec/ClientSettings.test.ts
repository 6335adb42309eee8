import { assert, describe, it } from "@effect/vitest"
import { parseAwsConfig } from "../../src/domain/aws-config/AwsConfig.ts"
import { Failure } from "../../src/domain/base/Failure.ts"
import { clientSettings } from "../../src/exec/ClientSettings.ts"

const of = (text: string, environment: Record<string, string> = {}) => {
  const config = parseAwsConfig({ config: { path: "/c", text }, credentials: { path: "/k", text: "" } })
  const profile = config.profile("dev")
  if (profile instanceof Failure) return assert.fail(profile.message)
  return Object.fromEntries(clientSettings({ profile, config, environment }))
}

const whole = "[profile dev]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\nca_bundle = /ca.pem\nservices = local\n" +
  "endpoint_url = http://all\n[services local]\ns3 =\n  endpoint_url = http://s3\nelastic_beanstalk =\n  endpoint_url = http://eb\n  other = x\n"

describe("what a profile says for AWS's clients", () => {
  it("is in the variables that they read", () => {
    assert.deepStrictEqual(of(whole), {
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_CA_BUNDLE: "/ca.pem",
      AWS_ENDPOINT_URL_S3: "http://s3",
      AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: "http://eb",
      AWS_ENDPOINT_URL: "http://all"
    })
  })

  it("is nothing where the profile says nothing, or has no section of that name", () => {
    assert.deepStrictEqual(of("[profile dev]\nregion = eu-west-1\nuse_fips_endpoint = false\nservices = none\n"), {})
  })

  it("leaves alone what the environment says", () => {
    const { AWS_CA_BUNDLE, AWS_ENDPOINT_URL_S3, AWS_USE_FIPS_ENDPOINT, ...rest } = of(whole, {
      AWS_CA_BUNDLE: "/mine.pem",
      AWS_ENDPOINT_URL_S3: "http://mine",
      AWS_USE_FIPS_ENDPOINT: "false"
    })
    assert.deepStrictEqual([AWS_CA_BUNDLE, AWS_ENDPOINT_URL_S3, AWS_USE_FIPS_ENDPOINT], [undefined, undefined, undefined])
    assert.containsAllKeys(rest, ["AWS_ENDPOINT_URL"])
  })

  it("has no endpoints where the profile or the environment says that they are to be passed over", () => {
    assert.notProperty(of(`${whole}[profile dev]\nignore_configured_endpoint_urls = true\n`), "AWS_ENDPOINT_URL")
    assert.notProperty(of(whole, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }), "AWS_ENDPOINT_URL_S3")
  })
})

/** AWS's two files and what is in them, and the files of others that the wizards look into. */
import { type Decoder, promise, wordFor } from "../Decoder.ts"
import { checkProcessLine } from "../../src/doctor/checks/ProcessLine.ts"
import { type AwsConfig, parseAwsConfig } from "../../src/domain/aws-config/AwsConfig.ts"
import { editProfile } from "../../src/domain/aws-config/AwsConfigEdit.ts"
import { readConfigText } from "../../src/domain/aws-config/AwsConfigPaths.ts"
import { configLines } from "../../src/domain/aws-config/ConfigLines.ts"
import { splitCredentialProcess } from "../../src/domain/aws-config/CredentialProcessLine.ts"
import { plaintextKeys } from "../../src/domain/aws-config/PlaintextKeys.ts"
import { Failure } from "../../src/domain/base/Failure.ts"
import { textDiff } from "../../src/domain/base/TextDiff.ts"
import { pluginItems } from "../../src/domain/onepassword/ShellPlugin.ts"
import { readJson } from "../../src/domain/policy/PolicyJson.ts"
import { parseSessionTags, parseTransitiveKeys } from "../../src/domain/settings/RoleHop.ts"
import { linesWithSecret, removeKey, settingLines } from "../../src/import/KeyRemoval.ts"
import { awsVaultLine } from "../../src/setup/OtherLines.ts"
import { presentProfile } from "../../src/setup/PresentProfile.ts"

export const configs: ReadonlyArray<string> = [
  "[profile dev]\nregion = eu-central-1\nmfa_serial = arn:aws:iam::123456789012:mfa/you\nop_item = op://Private/AWS\n" +
  "credential_process = /usr/local/bin/op-aws-credential-process --profile dev\n",
  "[default]\nop_vault=Private\nop_item=AWS # mine\n\n[profile admin]\nrole_arn = arn:aws:iam::210987654321:role/Admin\n" +
  "source_profile = default\nexternal_id = x\nduration_seconds = 3600\nsession_tags = a=b,c=d\n",
  "\ufeff[profile \"a b\"]\r\ns3 =\r\n  addressing_style = path\r\nservices = local\r\n[services local]\r\nsts =\r\n  endpoint_url = http://localhost:4566\r\n",
  "; nothing\n[dev]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n[other]\naws_session_token=x\n"
]

const parsed = (text: string): AwsConfig =>
  parseAwsConfig({ config: { path: "/config", text }, credentials: { path: "/credentials", text: "" } })

const secret = "fake-secret-for-tests"

const lines: ReadonlyArray<string> = [
  "/usr/local/bin/op-aws-credential-process --profile dev",
  "sh -c \"op item get 'X' --fields label=A\"",
  "'/opt/with space/op-aws-credential-process' --op-vault My\\ Vault",
  "aws-vault exec dev --json --duration=1h"
]

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export const awsFiles: ReadonlyArray<Decoder> = [
  {
    name: "a policy's file",
    seeds: [
      "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"*\" }]\n}\n",
      "{\"a\":[1,-2.5e+3,true,null,\"\\u0061\\n\"],\"a\":{}}"
    ],
    read: (text) => {
      const read = readJson(text)
      const broken = "brokenAt" in read
      promise(!broken || !isJson(text) || /[[{][^]{99}/.test(text), "JSON that JSON.parse takes is refused")
      promise(broken || isJson(text), "what is no JSON is taken")
      return broken ? "refused" : read.kind
    }
  },
  {
    name: "an AWS config file",
    seeds: configs,
    read: (text) => {
      const config = parsed(text)
      return config.profileNames().map((name) => {
        const profile = config.profile(name)
        if (!(profile instanceof Failure) && profile !== undefined) {
          promise([...profile.values].every(([key, value]) => key === key.toLowerCase() && value.trim() === value && value !== ""), "a value is not trimmed")
        }
        wordFor(config.services(name))
        wordFor(presentProfile(config, name))
        return wordFor(profile)
      })[0] ?? "nothing"
    }
  },
  {
    name: "an AWS credentials file, searched for keys",
    seeds: configs,
    read: (text) => {
      const file = { path: "/credentials", text }
      const { keys } = plaintextKeys({ config: { path: "/config", text: "" }, credentials: file }, {})
      for (const key of keys) {
        const rest = removeKey(file, key, "credentials")
        if (rest instanceof Failure) return wordFor(rest)
        promise(linesWithSecret(rest, key).length <= linesWithSecret(text, key).length, "removing a key made more of it")
      }
      return keys.length === 0 ? "nothing" : "read"
    }
  },
  {
    name: "an AWS config file, edited",
    seeds: configs,
    read: (text) => {
      const edited = editProfile(text, { file: "config", profile: "dev", set: [["op_item", "New"], ["region", "eu-west-1"]], remove: ["op_vault"] })
      if (edited instanceof Failure) return wordFor(edited)
      const before = parsed(text)
      const after = parsed(edited)
      const dev = after.profile("dev")
      promise(dev !== undefined && !(dev instanceof Failure), "the edited profile cannot be read")
      promise(!(dev instanceof Failure) && dev?.values.get("op_item") === "New" && !dev.values.has("op_vault"), "the edit is not there")
      for (const name of before.profileNames()) {
        const was = before.profile(name)
        const is = after.profile(name)
        if (name === "dev" || was === undefined || was instanceof Failure) continue
        promise(is !== undefined && !(is instanceof Failure) && JSON.stringify([...was.values]) === JSON.stringify([...is.values]), "another profile was changed")
      }
      return textDiff(text, edited).length === 0 ? "unchanged" : "edited"
    }
  },
  {
    name: "an AWS config file, examined line by line",
    seeds: configs,
    read: (text) => wordFor(configLines({ path: "/config", text }, false))
  },
  {
    name: "the text of a file",
    seeds: configs,
    read: (text) => wordFor(readConfigText("/config", () => text))
  },
  {
    name: "a credential_process line",
    seeds: lines,
    read: (text) => {
      const findings = checkProcessLine({ profile: "dev", place: "/config:1", written: text, rewritten: () => "" })
      promise(findings.every(({ what, why }) => what !== "" && why !== ""), "a finding says nothing")
      const words = splitCredentialProcess(text)
      if (words === undefined) return "nothing"
      promise(words.join("").length <= text.length, "there is more in the words than in the line")
      return awsVaultLine(words) === undefined ? "words" : "aws-vault"
    }
  },
  {
    name: "session tags",
    seeds: ["a=b,c=d", "Project=Automation, CostCenter=12345", "ключ=значение"],
    read: (text) => {
      const tags = parseSessionTags(text)
      return wordFor(tags === undefined ? undefined : parseTransitiveKeys(text, tags))
    }
  },
  {
    name: "a file of 1Password's plugin",
    seeds: [
      "{\"account_id\":\"ABCDEFGHIJKLMNOPQRSTUVWXYZ\",\"entrypoint\":[\"aws\"],\"credentials\":[{\"plugin\":\"aws\",\"credential_type\":\"access_key\",\"usage_id\":\"access_key\",\"vault_id\":\"zyxwvutsrqponmlkjihgfedcba\",\"item_id\":\"abcdefghijklmnopqrstuvwxyz\"}]}",
      "[{\"vault_id\":\"zyxwvutsrqponmlkjihgfedcba\",\"item_id\":\"abcdefghijklmnopqrstuvwxyz\"}]"
    ],
    read: (text) => pluginItems(text).length === 0 ? "nothing" : "read"
  },
  {
    name: "a shell's start-up file",
    seeds: [`export AWS_ACCESS_KEY_ID=AKIAFAKE0000EXAMPLE0\nexport AWS_SECRET_ACCESS_KEY=${secret}\n`, "set -gx AWS_ACCESS_KEY_ID x\n# setenv AWS_ACCESS_KEY_ID x\n"],
    read: (text) => settingLines(text, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]).length === 0 ? "nothing" : "read"
  }
]

/** Everything that decides what is asked for: words, variables, profiles, and what is in them. */
import { configs } from "./AwsFiles.ts"
import { type Decoder, promise, wordFor } from "../Decoder.ts"
import { parseAwsConfig } from "../../src/domain/aws-config/AwsConfig.ts"
import { awsConfigPaths } from "../../src/domain/aws-config/AwsConfigPaths.ts"
import { proxyFor } from "../../src/domain/aws/Proxy.ts"
import { partitionOfArn, partitionOfRegion } from "../../src/domain/aws/Region.ts"
import { Failure } from "../../src/domain/base/Failure.ts"
import { formatDuration, parseGoDuration } from "../../src/domain/base/GoDuration.ts"
import { formatTimestamp, parseTimestamp } from "../../src/domain/base/Time.ts"
import { entryFileName, profileOfFileName } from "../../src/domain/cache/CacheEntry.ts"
import { itemAddress } from "../../src/domain/onepassword/ItemAddress.ts"
import { parseCommandLine } from "../../src/domain/settings/CommandLine.ts"
import { chooseProfile } from "../../src/domain/settings/ProfileChoice.ts"
import { profileOrigin } from "../../src/domain/settings/ProfileOrigin.ts"
import { resolveRoleChain } from "../../src/domain/settings/RoleChain.ts"
import { exportedProfile, opLine } from "../../src/setup/OtherLines.ts"

const chainOf = (words: ReadonlyArray<string>, environment: Readonly<Record<string, string>>, config: string): string => {
  const flags = parseCommandLine(words)
  if (flags === undefined) return "not understood"
  const aws = parseAwsConfig({ config: { path: "/config", text: config }, credentials: { path: "/credentials", text: "" } })
  const profile = chooseProfile({ named: flags.profile, words, environment, config: aws })
  if (profile instanceof Failure) return wordFor(profile)
  const file = entryFileName(profile)
  promise(!/[/\0]/.test(file) && file.length <= 255 && file !== ".json" && file !== "..json", "the name of the entry's file leads elsewhere")
  profileOfFileName(file)
  return wordFor(resolveRoleChain({ profile, asker: "client", flags, environment, config: aws }))
}

const pairs = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split("\n").map((line) => [line.slice(0, Math.max(0, line.indexOf("="))), line.slice(line.indexOf("=") + 1)]))

export const settings: ReadonlyArray<Decoder> = [
  {
    name: "a command line",
    seeds: ["--profile\ndev", "--op-vault\nPrivate\n--op-item\nAWS\n--duration=1h30m", "--op-item=op://Private/AWS\n--mfa\nnone\n--no-prompt", "--profile=admin\n--role-duration\n1h"],
    read: (text) => chainOf(text.split("\n"), { HOME: "/home/you" }, configs[1]!)
  },
  {
    name: "an environment",
    seeds: [
      "HOME=/home/you\nAWS_PROFILE=dev\nAWS_REGION=eu-central-1\nOP_AWS_DURATION=1h",
      "OP_AWS_VAULT=Private\nOP_AWS_ITEM=AWS\nAWS_ENDPOINT_URL_STS=http://localhost:4566\nOP_AWS_CACHE_DIR=/var/cache/x\nOP_AWS_TIMEOUT=30s",
      "AWS_CONFIG_FILE=~/x\nXDG_CACHE_HOME=/x\nDIRENV_DIFF=eJyrVkpKLElUslLKSM3JyVeqBQAe6QSO"
    ],
    read: (text) => {
      const environment = pairs(text)
      awsConfigPaths(environment)
      profileOrigin(environment)
      return chainOf([], environment, configs[0]!)
    }
  },
  {
    name: "a profile and its roles",
    seeds: configs,
    read: (text) => chainOf(["--profile", text.includes("admin") ? "admin" : "dev"], { HOME: "/home/you" }, text)
  },
  {
    name: "a proxy's address",
    seeds: ["http://user:password@proxy.example.com:3128", "https://[::1]:8080", "localhost:3128", "socks5://127.0.0.1:9"],
    read: (text) => {
      const proxy = proxyFor(new URL("https://sts.eu-central-1.amazonaws.com"), { HTTPS_PROXY: text })
      wordFor(proxyFor(new URL("https://sts.eu-central-1.amazonaws.com"), { HTTPS_PROXY: "http://p:1", NO_PROXY: text }))
      return proxy === undefined ? "none" : "unusable" in proxy ? "unusable" : "proxy"
    }
  },
  {
    name: "a duration",
    seeds: ["12h", "1h30m", "900", "1.5h", "3600s", "1h1m1.5s"],
    read: (text) => {
      const seconds = parseGoDuration(text)
      if (seconds === undefined) return "nothing"
      promise(Number.isFinite(seconds) && seconds >= 0, "no time at all")
      promise(!Number.isInteger(seconds) || seconds > 1e12 || parseGoDuration(formatDuration(seconds)) === seconds, "written and read again, it is another")
      return "read"
    }
  },
  {
    name: "a moment",
    seeds: ["2026-11-30T21:30:00Z", "2026-11-30T21:30:00.123Z", "2026-11-30T21:30:00+01:00"],
    read: (text) => {
      const at = parseTimestamp(text)
      if (at === undefined) return "nothing"
      promise(parseTimestamp(formatTimestamp(at)) === Math.floor(at / 1000) * 1000, "written and read again, it is another")
      return "read"
    }
  },
  {
    name: "an item's address",
    seeds: ["op://Private/AWS", "op://Private/AWS/field", "AWS", "https://start.1password.com/open/i?a=FAKEACCOUNT&v=fakevault&i=fakeitem&h=example.1password.com"],
    read: (text) => {
      const vault = text.length % 2 === 0 ? undefined : { value: "Private", source: "--op-vault", rank: 0 }
      const account = text.length % 3 === 0 ? undefined : { value: "FAKEACCOUNT", source: "--op-account", rank: text.length % 5 === 0 ? 0 : 3 }
      return wordFor(itemAddress(vault, { value: text, source: "--op-item", rank: 0 }, account))
    }
  },
  {
    name: "a line that asks op for a key",
    seeds: [
      "sh -c \"op item get 'AWS key' --vault Private --fields label=id,label='secret key' --format json | jq '{Version: 1}'\"",
      "sh -c \"CODE=$(op item get AWS --vault=Private --otp); printf '%s' \\\"$(op read 'op://Private/AWS/key')\\\"\"",
      "aws configure export-credentials --profile base"
    ],
    read: (text) => {
      const said = opLine(text)
      for (const [key, value] of said ?? []) promise(value !== "" && !/[\r\n]/.test(value), `${key} would be no value`)
      return said === undefined ? exportedProfile(text.split(" ")) === undefined ? "nothing" : "another profile" : [...said.keys()].join(" ")
    }
  },
  {
    name: "an ARN or a region",
    seeds: ["arn:aws:iam::123456789012:mfa/you", "arn:aws-us-gov:iam::123456789012:role/x", "eu-central-1", "cn-north-1"],
    read: (text) => `${partitionOfArn(text) ?? "none"}, ${partitionOfRegion(text)}`
  }
]

import type { ConfigLines, KeyLine, SectionLines } from "../../domain/aws-config/ConfigLines.ts"
import { subCommand } from "../../domain/base/OwnCommand.ts"
import { printable } from "../../domain/base/Printable.ts"
import type { Finding } from "../Finding.ts"

const ofKeys = new Set(["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"])

/**
 * Keys in plaintext in AWS's own files. Under the name of a profile of ours they also go before the key in 1Password:
 * those in the credentials file for the AWS CLI, boto3, Go and JavaScript, those in the config file for Go and
 * JavaScript. Temporary keys of other profiles, which other tools put there, are no finding.
 */
export const checkPlaintextKeys = (
  files: ReadonlyArray<ConfigLines>,
  isOurs: (profile: string) => boolean
): ReadonlyArray<Finding> =>
  files.flatMap((file) => file.sections.flatMap((section) => ofSection(file, section, isOurs)))

const ofSection = (
  file: ConfigLines,
  section: SectionLines,
  isOurs: (profile: string) => boolean
): ReadonlyArray<Finding> => {
  const lines = section.keys.filter(({ key, value }) => ofKeys.has(key.toLowerCase()) && value !== "")
  const has = (key: string): boolean => lines.some((line) => line.key.toLowerCase() === key)
  if (section.profile === undefined || !has("aws_secret_access_key")) return []
  return isOurs(section.profile)
    ? [shadowing(file, section.profile, lines, has("aws_session_token"))]
    : has("aws_session_token")
    ? []
    : [resting(file, section.profile, lines)]
}

const numbersOf = (lines: ReadonlyArray<KeyLine>): string => lines.map(({ number }) => number).join(", ")

const shadowing = (
  { credentials, path }: ConfigLines,
  profile: string,
  lines: ReadonlyArray<KeyLine>,
  temporary: boolean
): Finding => ({
  check: "plaintext-key",
  severity: "error",
  what: `${path}:${numbersOf(lines)}: profile ${printable(profile)} has a key in plaintext`,
  why: `${credentials ? "the AWS CLI, boto3, " : ""}Go and JavaScript use it instead of the session from 1Password`,
  mend: temporary
    ? `delete the lines ${numbersOf(lines)}`
    : `have it taken out, once it is proven to be in 1Password\n${subCommand("import", profile)}`
})

const resting = ({ path }: ConfigLines, profile: string, lines: ReadonlyArray<KeyLine>): Finding => ({
  check: "plaintext-key",
  severity: "warning",
  what: `${path}:${numbersOf(lines)}: profile ${printable(profile)} has a long-lived key in plaintext`,
  why: "every program that you run can read it, and it is good until somebody deletes it in IAM",
  mend: `bring it into 1Password, which takes it out here\n${subCommand("import", profile)}`
})

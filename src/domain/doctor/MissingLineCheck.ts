import type { Profile } from "../AwsConfig.ts"
import type { Finding } from "../Finding.ts"
import { profileHeader } from "../ProfileHeader.ts"

/** A profile that names an item and that no client knows how to get credentials for. */
export const checkMissingLine = ({ name, values }: Profile, rewritten: string): ReadonlyArray<Finding> =>
  values.has("credential_process") || values.has("role_arn") ? [] : [{
    check: "process-line",
    severity: "warning",
    what: `${profileHeader(name)} names an item in 1Password and has no credential_process`,
    why: "AWS's clients do not know where its credentials come from: it works with `exec`, `env` and `login` alone",
    mend: rewritten
  }]

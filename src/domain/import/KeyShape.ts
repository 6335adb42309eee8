/** Temporary access keys, which STS issues, begin so (IAM User Guide, "IAM identifiers", unique ID prefixes). */
export const isTemporaryId = (accessKeyId: string): boolean => accessKeyId.startsWith("ASIA")

/** Prefixes of other things that people copy from the same page (IAM User Guide, "IAM identifiers"). */
const others: ReadonlyMap<string, string> = new Map([
  ["AIDA", "the ID of a user"],
  ["AROA", "the ID of a role"],
  ["AGPA", "the ID of a group"],
  ["AIPA", "the ID of an instance profile"],
  ["ANPA", "the ID of a policy"],
  ["APKA", "the ID of a public key"],
  ["ASCA", "the ID of a certificate"]
])

/** Why a text will not do as the ID of a long-lived access key, as a sentence; undefined where it will. */
export const accessKeyIdTrouble = (text: string): string | undefined => {
  if (text === "") return "An access key ID is needed."
  const other = others.get(text.slice(0, 4))
  if (other !== undefined && /^[A-Z0-9]+$/.test(text)) return `This is ${other}. The ID of an access key begins with AKIA.`
  if (isTemporaryId(text)) return "This is the ID of a temporary key, which will be over soon. A long-lived one begins with AKIA."
  // STS's model: `accessKeyIdType` has 16 to 128 characters of `[\w]*`.
  return /^\w{16,128}$/.test(text) ? undefined : "An access key ID is 16 to 128 letters and digits, and begins with AKIA."
}

/** The same for a secret access key. AWS documents no alphabet for those, so that nothing that prints is refused. */
export const secretTrouble = (text: string): string | undefined => {
  if (text === "") return "A secret access key is needed."
  if (/[\s\p{Cc}]/u.test(text)) return "A secret access key is one word, without spaces or line breaks."
  if (/^A[KS]IA[A-Z0-9]{12,}$/.test(text)) return "This is an access key ID. The secret is the longer one of the two."
  return text.length < 16 ? "This is too short for a secret access key: AWS's have 40 characters." : undefined
}

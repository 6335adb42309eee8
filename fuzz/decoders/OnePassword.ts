/** What `op` prints: items, lists and errors. */
import { Redacted } from "effect"
import { type Decoder, promise, wordFor } from "../Decoder.ts"
import { parseOpAccounts } from "../../src/domain/onepassword/OpAccountJson.ts"
import { classifyOpFailure } from "../../src/domain/onepassword/OpClassification.ts"
import { readKey, readLongLivedKey, readOneTimePassword, readRegion, readSerial } from "../../src/domain/onepassword/OpItem.ts"
import { itemOf, parseOpItemDocument, printOpItemDocument, withKey } from "../../src/domain/onepassword/OpItemDocument.ts"
import { parseOpItem } from "../../src/domain/onepassword/OpItemJson.ts"
import { parseOpItemHeaders, parseOpVaults } from "../../src/domain/onepassword/OpListJson.ts"

const fields = { accessKeyIdField: "Access key ID", secretAccessKeyField: "Secret access key" }

const item = {
  id: "abcdefghijklmnopqrstuvwxyz",
  title: "AWS",
  category: "API_CREDENTIAL",
  vault: { id: "zyxwvutsrqponmlkjihgfedcba", name: "Private" },
  fields: [
    { id: "1", type: "STRING", label: "Access key ID", value: "AKIAFAKE0000EXAMPLE0" },
    { id: "2", type: "CONCEALED", label: "Secret access key", value: "fake-secret-for-tests" },
    { id: "3", type: "OTP", label: "one-time password", value: "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=30", totp: "123456" },
    { id: "4", type: "STRING", label: "mfa serial", value: "arn:aws:iam::123456789012:mfa/you", section: { id: "s", label: "More" } },
    { id: "5", type: "STRING", label: "default region", value: "eu-central-1" }
  ]
}

const items = [JSON.stringify(item), JSON.stringify(item, undefined, 2), JSON.stringify(item.fields), JSON.stringify(item.fields[0])]

const reference = { item: "AWS", vault: "Private", account: "example", cliPath: "op" }

export const onePassword: ReadonlyArray<Decoder> = [
  {
    name: "an item",
    seeds: items,
    read: (text) => {
      const read = parseOpItem(text)
      if (read instanceof Error) return wordFor(read)
      const key = readKey(read, fields)
      if (!(key instanceof Error)) promise(/^\w{16,128}$/.test(key.accessKeyId), "an access key ID of no such form")
      wordFor(readLongLivedKey(read, fields))
      wordFor(readSerial(read))
      wordFor(readRegion(read))
      wordFor(readOneTimePassword(read))
      return wordFor(key)
    }
  },
  {
    name: "an item that is written back",
    seeds: items.slice(0, 2),
    read: (text) => {
      const document = parseOpItemDocument(text)
      if (document instanceof Error) return wordFor(document)
      const key = { accessKeyId: "AKIAFAKE0000EXAMPLE1", secretAccessKey: Redacted.make("another-fake-secret") }
      const changed = withKey(document, fields, key)
      if (changed instanceof Error) return wordFor(changed)
      const again = parseOpItemDocument(Redacted.value(printOpItemDocument(changed)))
      promise(!(again instanceof Error), "what would be written cannot be read")
      if (again instanceof Error) return "unreadable"
      const held = readKey(itemOf(again), fields)
      promise(!(held instanceof Error) && held.accessKeyId === key.accessKeyId, "the key that was put in is not found in it")
      return "written"
    }
  },
  { name: "a list of accounts", seeds: ["[{\"url\":\"my.1password.com\",\"email\":\"you@example.com\",\"user_uuid\":\"U\",\"account_uuid\":\"A\"}]", "[]"], read: (text) => wordFor(parseOpAccounts(text)) },
  { name: "a list of vaults", seeds: ["[{\"id\":\"v\",\"name\":\"Private\",\"content_version\":1}]", "[]"], read: (text) => wordFor(parseOpVaults(text)) },
  { name: "a list of items", seeds: [`[${items[0]!}]`, "[]"], read: (text) => wordFor(parseOpItemHeaders(text)) },
  {
    name: "an error of op's",
    seeds: [
      "[ERROR] 2026/11/22 10:15:00 \"AWS\" isn't an item in the \"Private\" vault. Specify the item with its UUID, name, or domain.\n",
      "[ERROR] 2026/11/22 10:15:00 error initializing client: connecting to desktop app: connection reset\n",
      "[ERROR] 2026/11/22 10:15:00 More than one item matches \"AWS\". Try again and specify the item by its ID:\n\t* for the item \"AWS\" in vault Private: abcdefghijklmnopqrstuvwxyz\n",
      "panic: runtime error\n\ngoroutine 1 [running]:\n"
    ],
    read: (text) => {
      wordFor(classifyOpFailure({ exitCode: 2, stderr: text, reference }))
      return wordFor(classifyOpFailure({ exitCode: 1, stderr: text, reference: { ...reference, item: text, vault: text } }))
    }
  }
]

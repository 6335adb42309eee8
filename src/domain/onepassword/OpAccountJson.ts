import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { OpAccount } from "./OpAccount.ts"
import { OpFailure } from "./OpFailure.ts"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

const Accounts = Schema.fromJsonString(
  Schema.Array(Schema.Struct({ url: Schema.String, email: Text, user_uuid: Text, account_uuid: Text, shorthand: Text }))
)

const decode = Schema.decodeUnknownOption(Accounts)

/** Reads what `op account list --format json` prints. */
export const parseOpAccounts = (text: string): ReadonlyArray<OpAccount> | OpFailure<"OpOutputUnusable"> =>
  Option.match(decode(text.replace(/^\uFEFF/, "")), {
    onNone: () => OpFailure.OpOutputUnusable("not-json"),
    onSome: (accounts) =>
      accounts.map(({ account_uuid, email, shorthand, url, user_uuid }) => ({
        url,
        ...email == null ? undefined : { email },
        userId: user_uuid ?? "",
        accountId: account_uuid ?? "",
        shorthand: shorthand ?? undefined
      }))
  })

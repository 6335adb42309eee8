import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ItemPlace } from "./ItemAddress.ts"
import type { OpField, OpItem } from "./OpItem.ts"
import { OpFailure } from "./OpFailure.ts"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Secret = Schema.optionalKey(Schema.NullOr(Schema.RedactedFromValue(Schema.String)))

const Field = Schema.Struct({
  id: Text,
  label: Text,
  section: Schema.optionalKey(Schema.NullOr(Schema.Struct({ id: Text, label: Text }))),
  type: Text,
  value: Secret,
  totp: Secret
})

/** Of any form: what is not needed does not fail. */
const Place = { id: Schema.optionalKey(Schema.Unknown), vault: Schema.optionalKey(Schema.Unknown) }

const Item = Schema.Struct({ title: Text, fields: Schema.Array(Field), ...Place })

/** An item without any field, a document for one, has no `fields` at all. */
const BareItem = Schema.Struct({ title: Schema.String, category: Schema.String, ...Place })

/** What `--fields` prints for a single hit. Items have no type. */
const LoneField = Schema.Struct({ ...Field.fields, type: Schema.String })

const decode = Schema.decodeUnknownOption(Schema.Union([Item, BareItem, Schema.Array(Field), LoneField]))

type Given<A> = { readonly [K in keyof A]: Exclude<A[K], null> }

/** Without its members that are null. */
const given = <A extends object>(value: A): Given<A> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as Given<A>

const toField = ({ section, ...field }: typeof Field.Type): OpField => ({
  ...given(field),
  ...(section === undefined || section === null ? {} : { section: given(section) })
})

const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/**
 * Reads what `op item get --format json` prints: a whole item or, with `--fields`, an array of fields or a single one.
 * Members that are not needed are not looked at. A failure never quotes the text.
 */
export const parseOpItem = (text: string): OpItem | OpFailure<"OpOutputUnusable"> => {
  const printed = text.trim()
  if (printed === "") return OpFailure.OpOutputUnusable("empty")
  const json = parseJson(printed)
  if (Option.isNone(json)) {
    return OpFailure.OpOutputUnusable(/^[[{]/u.test(printed) && !/[\]}]$/u.test(printed) ? "truncated" : "not-json")
  }
  const decoded = decode(json.value)
  if (Option.isNone(decoded)) return OpFailure.OpOutputUnusable("not-an-item")
  const item = decoded.value
  if ("fields" in item) return { ...titled(item.title), ...placed(item), fields: item.fields.map(toField) }
  if ("category" in item) return { title: item.title, ...placed(item), fields: [] }
  return { fields: [item].flat().map(toField) }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null

const isName = (value: unknown): value is string => typeof value === "string" && value !== ""

const placed = (
  { id, title, vault }: { readonly id?: unknown; readonly title?: unknown; readonly vault?: unknown }
): { readonly place?: ItemPlace } => {
  if (!isName(id) || !isObject(vault) || !isName(vault["id"])) return {}
  const names = {
    ...(isName(vault["name"]) ? { vaultName: vault["name"] } : undefined),
    ...(isName(title) ? { itemTitle: title } : undefined)
  }
  return { place: { vaultId: vault["id"], itemId: id, ...names } }
}

const titled = (title: string | null | undefined): { readonly title?: string } =>
  title === undefined || title === null ? {} : { title }

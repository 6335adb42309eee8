import { OpError } from "./Errors.ts"
import type { OpField } from "./State.ts"

interface Category {
  readonly uuid: string
  readonly name: string
  readonly fields: ReadonlyArray<OpField>
}

const field = (id: string, type = "STRING", rest: Partial<OpField> = {}): OpField => ({ id, type, label: id, ...rest })
const notes = field("notesPlain", "STRING", { purpose: "NOTES" })

const categories: Readonly<Record<string, Category>> = {
  LOGIN: {
    uuid: "001",
    name: "Login",
    fields: [
      field("username", "STRING", { purpose: "USERNAME" }),
      field("password", "CONCEALED", { purpose: "PASSWORD" }),
      notes
    ]
  },
  SECURE_NOTE: { uuid: "003", name: "Secure Note", fields: [notes] },
  PASSWORD: { uuid: "005", name: "Password", fields: [field("password", "CONCEALED", { purpose: "PASSWORD" }), notes] },
  API_CREDENTIAL: {
    uuid: "112",
    name: "API Credential",
    fields: [
      notes,
      field("username"),
      field("credential", "CONCEALED"),
      field("type", "MENU"),
      field("filename"),
      field("validFrom", "DATE", { label: "valid from" }),
      field("expires", "DATE"),
      field("hostname")
    ]
  }
}

const squeezed = (name: string): string => name.toLowerCase().replaceAll(/[ _]/g, "")

/** The id (`API_CREDENTIAL`) of a category named in any case, with spaces or underscores. */
export const categoryId = (name: string): string => {
  const found = Object.keys(categories).find((id) => squeezed(id) === squeezed(name))
  if (found === undefined) throw new OpError(`"${name}" isn't a valid item category`)
  return found
}

/** The empty fields that a new item of a category begins with. */
export const categoryFields = (id: string): ReadonlyArray<OpField> => categories[id]?.fields ?? []

/** What `op item template list` prints; `op` gives another order at each call. */
export const templateList = (): ReadonlyArray<{ uuid: string; name: string }> =>
  Object.values(categories).map(({ name, uuid }) => ({ uuid, name })).sort(() => Math.random() - 0.5)

/** What `op item template get` prints for a category: an item to fill in. */
export const template = (name: string): Record<string, unknown> => {
  const id = categoryId(name)
  return { title: "", category: id, fields: categoryFields(id).map((empty) => ({ ...empty, value: "" })) }
}

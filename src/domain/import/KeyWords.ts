import type { KeyPlace, PlaintextKey } from "./PlaintextKeys.ts"
import { printable } from "../Printable.ts"

/** A place as it is called in a sentence. */
export const placeWords = (place: KeyPlace): string =>
  place.kind === "profile" ? `profile ${printable(place.profile)}` : `${place.idVariable} and ${place.secretVariable}`

/** All places of a key, a profile that has it in both files once; none for one that was typed in. */
export const placesWords = ({ places }: Pick<PlaintextKey, "places">): string => [...new Set(places.map(placeWords))].join(", ")

/** What was typed, without what pasting leaves around it. */
export const pasted = (text: string): string => text.replace(/^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu, "")

/** Where a text occurs in a long one, or -1. The launcher has one of its own, because its engine goes by characters. */
export const find = (text: string, what: string, from = 0): number => text.indexOf(what, from)

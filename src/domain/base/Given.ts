/** Those of these members that are there: for an object whose members may be missing, and never undefined. */
export const given = <Members extends object>(
  members: Members
): { readonly [Name in keyof Members]?: Exclude<Members[Name], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never

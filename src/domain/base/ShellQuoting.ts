/** A word for sh, bash and zsh that stands for exactly this text. NUL is in no environment and has no form. */
export const quoteSh = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The same for a person to read and to copy: quoted only where it has to be. */
export const wordSh = (text: string): string => /^[\w./@-]+$/.test(text) ? text : quoteSh(text)

/** A word for fish, where a backslash counts inside single quotes too. */
export const quoteFish = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`

/** A word for PowerShell, which takes four typographic quotes for a single quote as well, and doubles stand for one. */
export const quotePowershell = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`

/**
 * A value in a .env file. There is no common grammar: plain characters stand bare, as Docker wants them, and other text
 * goes between the first quotes that it does not hold. Undefined where there is no form that is read back alike.
 */
export const quoteDotenv = (text: string): string | undefined => {
  if (/^[\w.,:/@%+=-]+$/.test(text)) return text
  const quote = ["'", "\"", "`"].find((mark) => !text.includes(mark) && !(mark === "\"" && /[\\$]/.test(text)))
  return quote === undefined || /[\r\0]/.test(text) ? undefined : `${quote}${text}${quote}`
}

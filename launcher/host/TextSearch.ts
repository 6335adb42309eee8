/** Below this length (characters) the engine has found it before the launcher has been asked. */
const short = 200

export const find = (text: string, what: string, from = 0): number =>
  text.length < short ? text.indexOf(what, from) : host.find(text, what, from) ?? text.indexOf(what, from)

/** What comes from a person, and what is shown to one. */
import { Redacted } from "effect"
import { type Decoder, promise } from "../Decoder.ts"
import { accessKeyIdTrouble, pasted, secretTrouble } from "../../src/domain/aws-config/PlaintextKeys.ts"
import { codeAt, isMfaCode, periodOf } from "../../src/domain/base/MfaCode.ts"
import { printable } from "../../src/domain/base/Printable.ts"
import { cutEnd, cutStart, widthOf, wrapped } from "../../src/domain/base/TerminalText.ts"
import { kernelRuns } from "../../src/domain/exec/Successor.ts"
import { decodeKeystrokes } from "../../src/domain/interview/Keystroke.ts"

export const person: ReadonlyArray<Decoder> = [
  {
    name: "keystrokes",
    seeds: ["123456\r", "\x1b[A\x1b[B\x1bOC", "\x1b[200~pasted\x1b[201~", "é💥\x7f\x15\x03"],
    read: (text) => {
      const all = decodeKeystrokes(text, true)
      promise(all.rest === "" || text.endsWith(all.rest), "what is left was never sent")
      const half = decodeKeystrokes(text, false)
      promise(text.endsWith(half.rest), "what is left was never sent")
      return all.strokes.length === 0 ? "nothing" : "read"
    }
  },
  {
    name: "a one-time password's seed",
    seeds: ["otpauth://totp/AWS:you?secret=JBSWY3DPEHPK3PXP&period=30&digits=6&algorithm=SHA1", "JBSW Y3DP EHPK 3PXP", "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&algorithm=SHA512"],
    read: (text) => {
      const seed = Redacted.make(text)
      const code = codeAt(seed, 1)
      const period = periodOf(seed)
      if (period !== undefined) promise(Number.isFinite(period) && period > 0, "a step of no length")
      return code === undefined ? "nothing" : isMfaCode(Redacted.value(code)) ? "six digits" : "other digits"
    }
  },
  {
    name: "a key that is typed or pasted",
    seeds: ["AKIAFAKE0000EXAMPLE0", "  fake-secret-for-tests\n", "aws_access_key_id = AKIAFAKE0000EXAMPLE0"],
    read: (text) => (accessKeyIdTrouble(pasted(text)) ?? secretTrouble(pasted(text))) === undefined ? "taken" : "refused"
  },
  {
    name: "a text for one line",
    seeds: ["a name", "💥 e\u0301 \u202eabc", "\x1b[31mred\x1b[0m"],
    read: (text) => {
      const shown = printable(text)
      promise(Array.from(shown).length <= 200 && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(shown), "it does not fit on a line")
      for (const cut of [cutEnd(shown, 20, "…"), cutStart(shown, 20, "…")]) promise(widthOf(cut) <= 20, "it is wider than was asked for")
      promise(wrapped(shown, 40).join("").length <= shown.length + 40, "there is more in the lines than in the text")
      return "shown"
    }
  },
  {
    name: "the head of a program",
    seeds: ["#!/bin/sh\n", "#! /usr/bin/env -S node --x\n", "\x7fELF"],
    read: (text) => kernelRuns(text, "/usr/bin/x") === undefined ? "no" : "yes"
  }
]

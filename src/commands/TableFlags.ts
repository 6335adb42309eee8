import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import { flagDescriptions } from "../domain/settings/FlagDescriptions.ts"
import { type FlagName, flagSpecs, type FlagValues } from "../domain/settings/Flags.ts"

type Given<Name extends FlagName> = { readonly [Each in Name]: Flag.Flag<Option.Option<string>> }

export const allFlags = Object.keys(flagSpecs) as ReadonlyArray<FlagName>

/**
 * Flags of the table, as the command line framework knows them; what they mean is decided where the hit path decides
 * it. `patient` commands have no time-out by themselves.
 */
export const tableFlags = <Name extends FlagName>(names: ReadonlyArray<Name>, { patient = false } = {}): Given<Name> =>
  Object.fromEntries(names.map((name) => {
    const spec = flagSpecs[name]
    const usual = patient && name === "timeout" ? "none" : spec.default
    const described = [
      flagDescriptions[name],
      ...(spec.choices === undefined ? [] : [`(${spec.choices.join(", ")})`]),
      ...(usual === undefined ? [] : [`[${usual}]`])
    ].join(" ")
    const flag = spec.value === undefined
      ? Flag.map(Flag.withoutNegation(Flag.Boolean(name)), String)
      : Flag.withMetavar(Flag.String(name), `<${spec.value}>`)
    const shown = Flag.withDescription(flag, described)
    // Of those that may be given several times all count, as the hit path has it.
    const given = spec.several === true
      ? Flag.map(Flag.atLeast(shown, 0), (all) => all.length === 0 ? Option.none() : Option.some(all.join(",")))
      : Flag.optional(shown)
    return [name, given]
  })) as Given<Name>

/** Those that were given, out of everything that a command was told. */
export const givenFlags = (told: { readonly [Name in FlagName]?: Option.Option<string> }): FlagValues =>
  Object.fromEntries(
    allFlags.flatMap((name) => {
      const value = Option.getOrUndefined(told[name] ?? Option.none())
      return value === undefined || value === "false" ? [] : [[name, value]]
    })
  )

/** A flag of one command alone, which is given or not. */
export const toggle = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))

/** The profile as the first word, short for `--profile`. */
export const profileWord = Argument.String("profile").pipe(
  Argument.withDescription("AWS config profile, short for --profile"),
  Argument.optional
)

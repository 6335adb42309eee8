import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename, join } from "node:path/posix"
import { isOneOf, type Scope } from "./Scope.ts"

const filesBelow = (place: string): ReadonlyArray<string> => {
  const found = statSync(place, { throwIfNoEntry: false })
  if (found === undefined) return []
  if (found.isFile()) return [place]
  return readdirSync(place, { recursive: true, encoding: "utf8" }).map((path) => join(place, path.replaceAll("\\", "/"))).filter((path) => path.endsWith(".ts"))
}

export const sourcesOf = ({ except, rooms }: Scope): ReadonlyArray<{ readonly path: string; readonly text: string }> =>
  [...new Set(rooms.flatMap(filesBelow))].filter((path) => !isOneOf(path, except)).sort()
    .map((path) => ({ path, text: readFileSync(path, "utf8") }))

const isNamed = (path: string, names: ReadonlyArray<string>, suffix: string): boolean => names.includes(basename(path, suffix))

export const testsOf = ({ exceptTests, testSuffix, tests }: Scope): ReadonlyArray<string> =>
  [...new Set(tests.flatMap(filesBelow))]
    .filter((path) => path.endsWith(testSuffix) && !isNamed(path, exceptTests, testSuffix)).sort()

export const slowTestsOf = (scope: Scope): ReadonlyArray<string> =>
  testsOf(scope).filter((path) => isNamed(path, scope.slowTests, scope.testSuffix))

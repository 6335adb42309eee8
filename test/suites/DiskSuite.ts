import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer, type Scope } from "effect"
import { Disk } from "../../src/services/host/Disk.ts"

export interface Subject {
  readonly layer: Layer.Layer<Disk>
  /** A directory for the test, without a slash at its end. */
  readonly root: string
  readonly file: (path: string, text: string, mode: number) => void
  readonly directory: (path: string, mode: number) => void
  readonly link: (path: string, to: string) => void
}

/** What every `Disk` must do. */
export const suite = (name: string, subject: Effect.Effect<Subject, never, Scope.Scope>): void => {
  describe(`${name} as a disk`, () => {
    const using = (use: (disk: Disk["Service"], subject: Subject) => Effect.Effect<void>) =>
      Effect.gen(function*() {
        const made = yield* subject
        yield* Effect.flatMap(Disk, (disk) => use(disk, made)).pipe(Effect.provide(made.layer))
      })

    it.effect("says what stands at a path, with its permissions, and follows links for the end of them", () =>
      using((disk, { directory, file, link, root }) =>
        Effect.gen(function*() {
          directory(`${root}/d`, 0o750)
          file(`${root}/d/f`, "text", 0o640)
          link(`${root}/l`, `${root}/d/f`)
          link(`${root}/two`, `${root}/l`)
          link(`${root}/lost`, `${root}/nothing`)
          const f = { kind: "file", mode: 0o640, mine: true } as const
          assert.deepStrictEqual(yield* disk.look(`${root}/d`), { kind: "directory", mode: 0o750, mine: true })
          assert.deepStrictEqual(yield* disk.look(`${root}/d/f`), f)
          assert.deepStrictEqual(yield* disk.look(`${root}/two`), { kind: "link", mine: true, to: f })
          assert.deepStrictEqual(yield* disk.look(`${root}/lost`), {
            kind: "link",
            mine: true,
            to: { kind: "missing" }
          })
          assert.deepStrictEqual(yield* disk.look(`${root}/nothing`), { kind: "missing" })
        })
      ))

    it.effect("reads files, also behind links, and says why it cannot", () =>
      using((disk, { directory, file, link, root }) =>
        Effect.gen(function*() {
          directory(`${root}/d`, 0o700)
          file(`${root}/d/f`, "\uFEFFä\r\n", 0o600)
          link(`${root}/l`, `${root}/d/f`)
          assert.deepStrictEqual(yield* disk.read(`${root}/l`), { text: "\uFEFFä\r\n" })
          assert.deepStrictEqual(yield* disk.read(`${root}/d`), { reason: "it is a directory" })
          assert.isUndefined(yield* disk.read(`${root}/nothing`))
        })
      ))

    it.effect("says where links end, if they end anywhere", () =>
      using((disk, { file, link, root }) =>
        Effect.gen(function*() {
          file(`${root}/f`, "", 0o600)
          link(`${root}/one`, `${root}/f`)
          link(`${root}/two`, `${root}/one`)
          link(`${root}/lost`, `${root}/nothing`)
          const real = yield* Effect.forEach(["f", "two", "lost", "nothing"], (name) => disk.real(`${root}/${name}`))
          assert.deepStrictEqual(real, [`${root}/f`, `${root}/f`, undefined, undefined])
        })
      ))

    it.effect("lists names in order, and nothing where there is no directory", () =>
      using((disk, { file, root }) =>
        Effect.gen(function*() {
          for (const name of ["b", "a", ".c"]) file(`${root}/${name}`, "", 0o600)
          assert.deepStrictEqual(yield* disk.list(root), [".c", "a", "b"])
          assert.deepStrictEqual(yield* disk.list(`${root}/nothing`), [])
        })
      ))

    it.effect("knows what could be run and written", () =>
      using((disk, { directory, file, link, root }) =>
        Effect.gen(function*() {
          file(`${root}/x`, "#!/bin/sh\n", 0o700)
          file(`${root}/f`, "", 0o600)
          directory(`${root}/d`, 0o700)
          link(`${root}/l`, `${root}/x`)
          const runnable = yield* Effect.forEach(["x", "l", "f", "d", "nothing"], (one) =>
            disk.executable(`${root}/${one}`))
          assert.deepStrictEqual(runnable, [true, true, false, false, false])
          assert.deepStrictEqual([yield* disk.writable(`${root}/d`), yield* disk.writable(`${root}/nothing`)], [
            true,
            false
          ])
        })
      ))
  })
}

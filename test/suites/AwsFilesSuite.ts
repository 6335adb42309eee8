import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { AwsFiles } from "../../src/services/aws-config/AwsFiles.ts"

export interface Subject {
  readonly layer: Layer.Layer<AwsFiles>
  /** A directory for the test, without a slash at its end. */
  readonly root: string
  readonly put: (path: string, text: string, mode: number) => void
  readonly directory: (path: string) => void
  readonly link: (path: string, to: string) => void
  /** What stands at a path, its links not followed. */
  readonly look: (path: string) => { readonly text: string; readonly mode: number } | { readonly link: string } | undefined
  /** The names of everything in a directory, in order. */
  readonly list: (path: string) => ReadonlyArray<string>
}

const moment = Date.UTC(2027, 0, 31, 23, 59, 59, 123)

/** What every `AwsFiles` must do. */
export const suite = (name: string, subject: Effect.Effect<Subject, never, Scope.Scope>): void => {
  describe(`${name} as AWS's files`, () => {
    const using = (use: (files: AwsFiles["Service"], subject: Subject, file: string) => Effect.Effect<void, unknown>) =>
      Effect.gen(function*() {
        const made = yield* subject
        yield* TestClock.setTime(moment)
        yield* Effect.flatMap(AwsFiles, (files) => use(files, made, `${made.root}/config`)).pipe(Effect.provide(made.layer))
      })

    it.effect("reads a text exactly, and nothing where there is no file", () =>
      using((files, { link, put, root }, file) =>
        Effect.gen(function*() {
          put(file, "\uFEFF[a]\r\nä = 👩", 0o600)
          link(`${root}/link`, file)
          link(`${root}/lost`, `${root}/nothing`)
          assert.strictEqual(yield* files.read(file), "\uFEFF[a]\r\nä = 👩")
          assert.strictEqual(yield* files.read(`${root}/link`), "\uFEFF[a]\r\nä = 👩")
          for (const missing of ["nothing", "no/such/file", "lost"]) assert.isUndefined(yield* files.read(`${root}/${missing}`))
        })))

    it.effect("does not read what is no file", () =>
      using((files, { directory, root }) =>
        Effect.gen(function*() {
          directory(`${root}/d`)
          assert.strictEqual((yield* Effect.flip(files.read(`${root}/d`)))._tag, "ConfigUnreadable")
          const written = files.replace({ path: `${root}/d`, before: undefined, after: "x", backup: false })
          assert.strictEqual((yield* Effect.flip(written))._tag, "AwsFileUnwritable")
        })))

    it.effect("replaces a file and keeps its mode", () =>
      using((files, { list, look, put, root }, file) =>
        Effect.gen(function*() {
          put(file, "old", 0o640)
          assert.isUndefined(yield* files.replace({ path: file, before: "old", after: "new ä", backup: false }))
          assert.deepStrictEqual(look(file), { text: "new ä", mode: 0o640 })
          assert.deepStrictEqual(list(root), ["config"])
        })))

    it.effect("makes a file that is for its owner alone", () =>
      using((files, { list, look, root }, file) =>
        Effect.gen(function*() {
          assert.isUndefined(yield* files.replace({ path: file, before: undefined, after: "new", backup: true }))
          assert.deepStrictEqual(look(file), { text: "new", mode: 0o600 })
          assert.deepStrictEqual(list(root), ["config"])
        })))

    it.effect("takes a file away, unless somebody has changed it", () =>
      using((files, { list, look, put, root }, file) =>
        Effect.gen(function*() {
          yield* files.replace({ path: file, before: undefined, after: "new", backup: false })
          yield* files.replace({ path: file, before: "new", after: undefined, backup: false })
          assert.deepStrictEqual(list(root), [])
          put(file, "theirs", 0o600)
          const gone = files.replace({ path: file, before: "new", after: undefined, backup: false })
          assert.strictEqual((yield* Effect.flip(gone))._tag, "AwsFileChanged")
          assert.deepStrictEqual(look(file), { text: "theirs", mode: 0o600 })
          assert.strictEqual(
            yield* files.replace({ path: file, before: "theirs", after: undefined, backup: true }),
            `${file}.backup-20270131T235959Z`
          )
          assert.isUndefined(look(file))
        })))

    it.effect("keeps what was there beside it, for its owner alone, and never over something else", () =>
      using((files, { list, look, put, root }, file) =>
        Effect.gen(function*() {
          put(file, "first", 0o644)
          const once = yield* files.replace({ path: file, before: "first", after: "second", backup: true })
          const twice = yield* files.replace({ path: file, before: "second", after: "third", backup: true })
          assert.strictEqual(once, `${file}.backup-20270131T235959Z`)
          assert.strictEqual(twice, `${file}.backup-20270131T235959Z-2`)
          assert.deepStrictEqual(look(`${file}.backup-20270131T235959Z`), { text: "first", mode: 0o600 })
          assert.deepStrictEqual(look(`${file}.backup-20270131T235959Z-2`), { text: "second", mode: 0o600 })
          assert.deepStrictEqual(look(file), { text: "third", mode: 0o644 })
          assert.strictEqual(list(root).length, 3)
        })))

    it.effect("does nothing where nothing is different", () =>
      using((files, { list, put, root }, file) =>
        Effect.gen(function*() {
          put(file, "same", 0o600)
          assert.isUndefined(yield* files.replace({ path: file, before: "same", after: "same", backup: true }))
          assert.deepStrictEqual(list(root), ["config"])
        })))

    it.effect("leaves a file alone that was changed, made or removed meanwhile", () =>
      using((files, { list, look, put, root }, file) =>
        Effect.gen(function*() {
          const changed = (before: string | undefined) =>
            Effect.map(Effect.flip(files.replace({ path: file, before, after: "new", backup: true })), (failure) =>
              assert.strictEqual(failure._tag, "AwsFileChanged"))
          yield* changed("old")
          assert.deepStrictEqual(list(root), [])
          put(file, "theirs", 0o600)
          yield* changed("old")
          yield* changed(undefined)
          assert.deepStrictEqual(look(file), { text: "theirs", mode: 0o600 })
          assert.deepStrictEqual(list(root), ["config"])
        })))

    it.effect("follows links, which stay links, and keeps the backup beside the first", () =>
      using((files, { directory, link, list, look, put, root }, file) =>
        Effect.gen(function*() {
          directory(`${root}/dotfiles`)
          put(`${root}/dotfiles/aws`, "old", 0o644)
          link(`${root}/dotfiles/link`, `${root}/dotfiles/aws`)
          link(file, `${root}/dotfiles/link`)
          const backup = yield* files.replace({ path: file, before: "old", after: "new", backup: true })
          assert.strictEqual(backup, `${file}.backup-20270131T235959Z`)
          assert.deepStrictEqual(look(file), { link: `${root}/dotfiles/link` })
          assert.deepStrictEqual(look(`${root}/dotfiles/aws`), { text: "new", mode: 0o644 })
          assert.deepStrictEqual(list(`${root}/dotfiles`), ["aws", "link"])
        })))

    it.effect("makes what a link leads to", () =>
      using((files, { directory, link, look, root }, file) =>
        Effect.gen(function*() {
          directory(`${root}/dotfiles`)
          link(file, `${root}/dotfiles/aws`)
          yield* files.replace({ path: file, before: undefined, after: "new", backup: false })
          assert.deepStrictEqual(look(file), { link: `${root}/dotfiles/aws` })
          assert.deepStrictEqual(look(`${root}/dotfiles/aws`), { text: "new", mode: 0o600 })
        })))
  })
}

import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { join } from "node:path"
import { listen, type Wire } from "../../fixtures/SecretServiceWire.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { decode, encodeCall } from "../../../src/layers/keychain/DBusMessage.ts"
import { busPath, SecretService } from "../../../src/layers/keychain/SecretServiceBus.ts"

describe("the bus of a session", () => {
  it.each([
    [{ DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus" }, "/run/user/1000/bus"],
    [{ DBUS_SESSION_BUS_ADDRESS: "unix:guid=0123,path=/tmp/a%20b", XDG_RUNTIME_DIR: "/run" }, "/tmp/a b"],
    [{ DBUS_SESSION_BUS_ADDRESS: "unix:abstract=/tmp/dbus-x,guid=0123" }, "\0/tmp/dbus-x"],
    [{ DBUS_SESSION_BUS_ADDRESS: "tcp:host=localhost,port=1;unix:path=/bus" }, "/bus"],
    [{ DBUS_SESSION_BUS_ADDRESS: "autolaunch:" }, undefined],
    [{ DBUS_SESSION_BUS_ADDRESS: "unix:path=%zz" }, undefined],
    [{ DBUS_SESSION_BUS_ADDRESS: "", XDG_RUNTIME_DIR: "/run/user/1000" }, "/run/user/1000/bus"],
    [{}, undefined]
  ])("of %o is at %s", (variables, path) => {
    assert.strictEqual(busPath(variables), path)
  })
})

const connected = (wire: Wire) =>
  Effect.gen(function*() {
    const path = join(yield* temporaryDirectory, "bus")
    yield* Effect.acquireRelease(Effect.sync(() => listen(path, wire)), (server) => Effect.sync(() => server.close()))
    return new SecretService(path)
  })

describe.skipIf(process.platform === "win32")("a Secret Service", () => {
  it.live.each(["unlocked", "locked", "no default collection"] as const)("says that it is %s", (wire) =>
    Effect.gen(function*() {
      const service = yield* connected(wire)
      assert.strictEqual((yield* Effect.promise(() => service.standing())).state, wire)
      assert.isFalse(yield* Effect.promise(() => service.holdsLocked({ service: "op-aws-test" })))
    }))

  it.live("is locked still after its dialog was dismissed, and knows no dialog to take away then", () =>
    Effect.gen(function*() {
      const service = yield* connected("locked")
      yield* Effect.promise(() => service.unlock("/collection"))
      assert.strictEqual((yield* Effect.promise(() => service.standing())).state, "locked")
      yield* Effect.promise(() => service.dismiss())
    }))

  it.live("says why there is none", () =>
    Effect.gen(function*() {
      const absent = yield* connected("no service")
      const said = yield* Effect.flip(Effect.tryPromise({ try: () => absent.standing(), catch: String }))
      assert.include(said, "was not provided by any .service files")
      const nowhere = new SecretService("/nonexistent/bus")
      const unreachable = yield* Effect.flip(Effect.tryPromise({ try: () => nowhere.standing(), catch: String }))
      assert.include(unreachable, "no D-Bus answers at /nonexistent/bus (ENOENT)")
    }))
})

describe("a message", () => {
  const bytes = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })))

  it.prop("of any bytes is read, not all there, or none", [bytes], ([some]) => {
    const call = encodeCall(7, {
      destination: "a.b",
      path: "/",
      interface: "a.b",
      member: "Do",
      args: [{ type: "ao", value: ["/x"] }, { type: "a{ss}", value: { a: "b" } }, { type: "s", value: "é" }]
    })
    assert.deepInclude(decode(call), { size: call.length })
    assert.isUndefined(decode(call.subarray(0, call.length - 1)))
    some.forEach((byte, index) => {
      call[(byte * 31 + index) % call.length] = byte
    })
    for (const tried of [call, Buffer.from([0x6c, 2, 0, 1, ...some]), Buffer.from(some)]) {
      try {
        decode(tried)
      } catch (error) {
        assert.instanceOf(error, RangeError)
      }
    }
  })
})

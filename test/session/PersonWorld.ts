import { Clock, Effect, Layer } from "effect"
import type { World } from "./AssumeRolesWorld.ts"
import * as CacheMemory from "../fakes/cache/CacheMemory.ts"
import * as CallerFake from "../fakes/host/CallerFake.ts"
import { DialogFake } from "../fakes/mfa/DialogFake.ts"
import * as LockMemory from "../fakes/cache/LockMemory.ts"
import { MfaProcessFake } from "../fakes/mfa/MfaProcessFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import { NotificationFake } from "../fakes/terminal/NotificationFake.ts"
import * as OpCliFake from "../fakes/onepassword/OpCliFake.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { type Person, TtyFake } from "../fakes/terminal/TtyFake.ts"
import { chainOf } from "../fixtures/Chains.ts"
import type { FlagValues } from "../../src/domain/settings/Flags.ts"
import type { RoleChain } from "../../src/domain/settings/RoleChain.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"

/** A process of this world on a terminal of its own, with this person in front of it. */
export const processOf = (world: World, person?: Person, { desktop = true } = {}) => {
  const outside = Layer.mergeAll(
    TtyFake.layer(person === undefined ? { present: false } : { person }),
    DialogFake.layer({ present: false }),
    MfaProcessFake.layer(),
    NotificationFake.layer(desktop),
    SignalsFake.layer,
    Layer.suspend(() => CallerFake.layer(1000 + ++world.processes, `group ${world.processes}`)),
    LockMemory.layerOver(world.locks),
    NotesMemory.layerOver(world.notes),
    OpCliFake.layerOver(world.op),
    StsFake.layerOver(world.sts),
    CacheMemory.layerOver(world.sessions, world.roles)
  )
  return Layer.provideMerge(ProgressTerminal.layer, outside)
}

/** What a profile comes to in this world, for a command that nobody ends. */
export const patient = (world: World, profile: string, flags: FlagValues = {}): RoleChain => {
  const chain = chainOf(world.config, { profile, flags })
  const { timeout: _, ...settings } = chain.settings
  return { ...chain, settings }
}

/** Somebody who types what the device shows, after so many milliseconds. */
export const typing = (world: World, after = 5000): Person => () =>
  Effect.gen(function*() {
    yield* Effect.sleep(after)
    return { type: StsFake.codeOf(world.sts, yield* Clock.currentTimeMillis) }
  })

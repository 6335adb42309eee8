import { Context, Effect, Layer } from "effect"
import { Notification } from "../../../src/services/terminal/Notification.ts"

/** What was shown on a desktop, oldest first. */
export class NotificationFake extends Context.Service<NotificationFake, {
  readonly shown: Effect.Effect<ReadonlyArray<string>>
}>()("test/fakes/NotificationFake") {
  /** Without a desktop nothing is shown. */
  static layer(desktop = true): Layer.Layer<Notification | NotificationFake> {
    return Layer.effectContext(Effect.sync(() => {
      const shown: Array<string> = []
      return Context.make(NotificationFake, { shown: Effect.sync(() => [...shown]) }).pipe(
        Context.add(Notification, {
          show: (heading, line) => Effect.sync(() => desktop && shown.push(`${heading}: ${line}`) > 0)
        })
      )
    }))
  }
}

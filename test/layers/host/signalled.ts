/**
 * Is sent a signal at a moment that a race would have to hit otherwise: `signalled.ts MOMENT SIGNAL`. Ends with 0 where
 * nothing has ended it by then.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { become } from "../../../src/layers/exec/Succession.ts"
import { leave } from "../../../src/layers/host/Leaving.ts"
import * as SignalsProcess from "../../../src/layers/host/SignalsProcess.ts"
import { Signals } from "../../../src/services/host/Signals.ts"

const [moment, signal = ""] = process.argv.slice(2)

const send = (): void => void process.kill(process.pid, signal as NodeJS.Signals)

const nothingCame = (): void => void setTimeout(() => process.exit(0), 2000)

const scope = Scope.makeUnsafe()
const signals = Context.get(Effect.runSync(Layer.buildWithScope(SignalsProcess.layer, scope)), Signals)
const end = (): void => Effect.runSync(Scope.close(scope, Exit.void))

switch (moment) {
  case "first":
    Effect.runFork(signals.stopped).addObserver(() => {
      end()
      leave(42)
    })
    send()
    nothingCame()
    break
  case "second, after all is cleaned up":
    Effect.runFork(signals.stopped).addObserver(() => {
      end()
      send()
      nothingCame()
    })
    send()
    nothingCame()
    break
  case "while it leaves":
    process.on("exit", send)
    end()
    leave(42)
    break
  case "before the successor":
    end()
    send()
    become({ path: "/bin/sh", words: ["sh", "-c", "exit 7"], environment: {} }, () => leave(3))
    break
  case "by the successor":
    end()
    become({ path: "/bin/sh", words: ["sh", "-c", `kill -${signal.slice(3)} $$; exit 7`], environment: {} }, () => leave(3))
}

import { HOOKS } from '../../blueprints/check-server.js'
import type { BlueprintImplementation } from '../../blueprints/implement.js'
import type { Observer } from './observer.js'

/** A blueprint whose hooks are timed. The same blueprint where nobody listens. */
export function observedHooks(implementation: BlueprintImplementation, observer: Observer): BlueprintImplementation {
  if (!observer.isOn) return implementation
  const { server, blueprint: { type: blueprint } } = implementation
  /** The hook, timed; how it ends is told when it does, also long after its caller has given up. */
  function timed(hook: string, call: Hook): Hook {
    return async (...given) => {
      observer.record('mephisto.hooks.active', 1, { hook, blueprint })
      try {
        return await observer.timed({ instrument: 'mephisto.hook.duration', attributes: { hook, blueprint }, failure: 'failed', span: `mephisto.hook.${hook}`, spanAttributes: { 'mephisto.blueprint': blueprint } }, async () => call(...given))
      } finally {
        observer.record('mephisto.hooks.active', -1, { hook, blueprint })
      }
    }
  }
  // Each stays the function of its own type: what it is given and what it gives go through as they are.
  const observed = HOOKS.flatMap(hook => {
    const call = server[hook]
    return call ? [[hook, timed(hook, call as Hook)] as const] : []
  })
  return { ...implementation, server: { ...server, ...Object.fromEntries(observed) } }
}

type Hook = (...given: readonly unknown[]) => unknown

import type { BlueprintImplementation } from '../../blueprints/implement.js'
import type { AnyBlueprintServer } from '../../blueprints/server.js'
import type { Observer } from './observer.js'

/** A blueprint whose hooks are timed. The same blueprint where nobody listens. */
export function observedHooks(implementation: BlueprintImplementation, observer: Observer): BlueprintImplementation {
  if (!observer.isOn) return implementation
  const { server, blueprint: { type: blueprint } } = implementation
  const { sharedState, validateLaunch, validateOnboarding, judge, passesAttention, workerCanDoUnit, onUnitSubmitted } = server
  /** The hook, timed; how it ends is told when it does, also long after its caller has given up. */
  function timed<Given extends readonly unknown[], T>(hook: string, call: (...given: Given) => T | Promise<T>): (...given: Given) => Promise<T> {
    return async (...given) => {
      observer.record('mephisto.hooks.active', 1, { hook, blueprint })
      try {
        return await observer.timed({ instrument: 'mephisto.hook.duration', attributes: { hook, blueprint }, failure: 'failed', span: `mephisto.hook.${hook}`, spanAttributes: { 'mephisto.blueprint': blueprint } }, async () => call(...given))
      } finally {
        observer.record('mephisto.hooks.active', -1, { hook, blueprint })
      }
    }
  }
  const observed: AnyBlueprintServer = {
    // What is no call of the host's code stays as it is.
    ...server,
    ...(sharedState && { sharedState: timed('sharedState', sharedState) }),
    ...(validateLaunch && { validateLaunch: timed('validateLaunch', validateLaunch) }),
    ...(validateOnboarding && { validateOnboarding: timed('validateOnboarding', validateOnboarding) }),
    ...(judge && { judge: timed('judge', judge) }),
    ...(passesAttention && { passesAttention: timed('passesAttention', passesAttention) }),
    ...(workerCanDoUnit && { workerCanDoUnit: timed('workerCanDoUnit', workerCanDoUnit) }),
    ...(onUnitSubmitted && { onUnitSubmitted: timed('onUnitSubmitted', onUnitSubmitted) }),
  }
  return { ...implementation, server: observed }
}

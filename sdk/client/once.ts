import type { Scene } from './session-context.js'

/** Makes an action that works once, and only as long as its scene lasts: a second click asks nothing twice. */
export function once(scene: Scene, run: () => void): (() => void) & { wasCalled(): boolean } {
  let called = false
  const action = () => {
    if (called || scene.signal.aborted) return
    called = true
    run()
  }
  return Object.assign(action, { wasCalled: () => called })
}

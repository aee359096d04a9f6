import type { Scene, SessionContext } from './session-context.js'

/** The shortest time before something is asked again by itself, ms. */
const SHORTEST_WAIT_MS = 1_000

/** What to do again, and after how long, ms. */
interface Retry {
  readonly delayMs: number
  again(): void
}

/** Runs `again` after about `delayMs` (up to a fifth more, so that many pages spread), and only once the page is visible. */
export function askAgainLater(context: SessionContext, scene: Scene, { delayMs, again }: Retry): void {
  const run = () => {
    if (context.signals.isVisible()) {
      again()
      return
    }
    const stopListening = context.signals.onWake(() => {
      stopListening()
      again()
    })
    scene.onEnd(stopListening)
  }
  scene.onEnd(context.clock.after(Math.max(SHORTEST_WAIT_MS, delayMs) * (1 + context.clock.random() / 5), run))
}

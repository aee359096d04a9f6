/** What a session needs to know about the page it lives in. Each `on…` returns what ends the listening. */
export interface PageSignals {
  /** False while the tab is in the background. */
  isVisible(): boolean
  /** The person pressed, moved, typed or scrolled. */
  onActivity(listener: () => void): () => void
  /** The network came back, or the page became visible again: a good moment to try. */
  onWake(listener: () => void): () => void
  /** The page is being hidden or left: the last moment to store something. */
  onLeave(listener: () => void): () => void
  /** While `isNeeded` says so, the browser asks the person before the page is closed. */
  askBeforeClosing(isNeeded: () => boolean): () => void
  /** Loads the page again. @default the session begins again without */
  reload?(): void
}

const ACTIVITY_EVENTS = ['pointerdown', 'pointermove', 'keydown', 'input', 'wheel'] as const

function listen(target: EventTarget, types: readonly string[], listener: (event: Event) => void): () => void {
  for (const type of types) target.addEventListener(type, listener, { capture: true, passive: type !== 'beforeunload' })
  return () => {
    for (const type of types) target.removeEventListener(type, listener, { capture: true })
  }
}

function together(...stops: (() => void)[]): () => void {
  return () => {
    for (const stop of stops) stop()
  }
}

const noPage: PageSignals = {
  isVisible: () => true,
  onActivity: () => () => undefined,
  onWake: () => () => undefined,
  onLeave: () => () => undefined,
  askBeforeClosing: () => () => undefined,
}

/** The signals of the browser page, or of a page that is always visible where there is none (a server, a test). */
export function browserSignals(): PageSignals {
  if (typeof document === 'undefined') return noPage
  const isVisible = () => document.visibilityState === 'visible'
  return {
    isVisible,
    onActivity: listener => listen(document, ACTIVITY_EVENTS, listener),
    onWake: listener => together(
      listen(window, ['online', 'pageshow'], listener),
      listen(document, ['visibilitychange'], () => { if (isVisible()) listener() }),
    ),
    onLeave: listener => together(
      listen(window, ['pagehide'], listener),
      listen(document, ['visibilitychange'], () => { if (!isVisible()) listener() }),
    ),
    reload: () => { location.reload() },
    askBeforeClosing: isNeeded => listen(window, ['beforeunload'], event => { if (isNeeded()) event.preventDefault() }),
  }
}

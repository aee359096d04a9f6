import type { AnswerStore, DraftKey } from './answer-store.js'
import type { PageSignals } from './page-signals.js'
import type { SessionClock } from './session-clock.js'
import type { DraftState } from './task-state.js'

/** How long typing must rest before the draft is written, ms. */
const REST_MS = 250

/** The draft of one unit: changed at once, stored a moment later and in any case before the page is left. */
export interface DraftKeeper {
  current(): unknown
  state(): DraftState
  change(update: unknown): void
  /** Writes what is not written yet. */
  flush(): void
  /** Forgets the draft for good: it has arrived, or was given up. */
  discard(): void
  /** Flushes and ends the listening. */
  stop(): void
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function apply(update: unknown, draft: unknown): unknown {
  if (typeof update === 'function') return (update as (draft: unknown) => unknown)(draft)
  return isRecord(update) && isRecord(draft) ? { ...draft, ...update } : update
}

/** Starts from what the device kept for this unit, or from an empty answer. `onSaved` is called when a change was written. */
export function keepDraft(of: DraftKey, tools: { answers: AnswerStore; clock: SessionClock; signals: PageSignals }, onSaved: () => void): DraftKeeper {
  const kept = tools.answers.draft(of)
  let draft: unknown = kept ?? {}
  const write = (): DraftState['status'] => (tools.answers.saveDraft(of, draft) ? 'saved' : 'page_only')
  let state: DraftState = { status: kept === undefined ? 'untouched' : write(), savedAt: null }
  let cancelTimer: (() => void) | null = null
  const cancel = () => {
    cancelTimer?.()
    cancelTimer = null
  }
  const flush = () => {
    if (cancelTimer === null) return
    cancel()
    state = { status: write(), savedAt: Date.now() }
    onSaved()
  }
  const stopListening = tools.signals.onLeave(flush)
  return {
    current: () => draft,
    state: () => state,
    change(update) {
      draft = apply(update, draft)
      state = { ...state, status: 'saving' }
      cancel()
      cancelTimer = tools.clock.after(REST_MS, flush)
    },
    flush,
    discard() {
      cancel()
      tools.answers.removeDraft(of)
    },
    stop() {
      flush()
      stopListening()
    },
  }
}

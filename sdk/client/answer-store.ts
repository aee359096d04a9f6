import type { CallRequest } from '../protocol/packet-views.js'
import type { PassView, ProgressView, RunInfoView } from '../protocol/worker-views.js'
import type { SafeStorage } from './safe-storage.js'

/** How many drafts a device keeps; the oldest beyond it goes. */
const KEPT_DRAFTS = 20

/** An answer on its way: everything that is needed to send it again after a reload. */
export interface PendingSubmission extends PassView {
  /** Made once for an attempt to submit; a repeat with the same one is the same submission. */
  readonly submissionId: string
  /** Whose answer it is: other people may use the same device. */
  readonly worker: string
  readonly unitId: string
  readonly answer: unknown
  readonly schemaHash: string
  readonly pageBuild: string | null
  readonly run: RunInfoView
  readonly progress: ProgressView
  /** What was asked of the server before and it had not acknowledged, in order. @default nothing */
  readonly calls?: readonly CallRequest[]
}

/** Which draft: a unit that comes free goes to other workers, and they may sit at the same device. */
export type DraftKey = Pick<PendingSubmission, 'worker' | 'unitId'>

/** What a person typed, kept on the device until the server has acknowledged it. */
export interface AnswerStore {
  /** The stored draft of a worker for a unit; undefined when there is none. */
  draft(of: DraftKey): unknown
  /** True when it outlives the page. */
  saveDraft(of: DraftKey, draft: unknown): boolean
  removeDraft(of: DraftKey): void
  /** Submissions that were not acknowledged. */
  pending(): PendingSubmission[]
  savePending(pending: PendingSubmission): void
  removePending(submissionId: string): void
}

interface StoredDraft {
  readonly sequence: number
  readonly draft: unknown
}

function parse<T>(text: string | null): T | null {
  try {
    return text === null ? null : JSON.parse(text) as T
  } catch {
    return null
  }
}

/** Makes {@link AnswerStore} in `storage`, apart from those of other `scope`s. */
export function answerStore(storage: SafeStorage, scope: string): AnswerStore {
  const draftPrefix = `mephisto:${scope}:draft:`
  const pendingPrefix = `mephisto:${scope}:pending:`
  const keyOf = ({ worker, unitId }: DraftKey) => `${draftPrefix}${unitId}:${worker}`
  const read = (key: string) => parse<StoredDraft>(storage.get(key))
  function nextSequence(): number {
    const kept = storage.keys(draftPrefix).map(key => ({ key, sequence: read(key)?.sequence ?? 0 }))
    kept.sort((a, b) => b.sequence - a.sequence)
    for (const { key } of kept.slice(KEPT_DRAFTS - 1)) storage.remove(key)
    return (kept[0]?.sequence ?? 0) + 1
  }
  return {
    draft: of => read(keyOf(of))?.draft,
    saveDraft(of, draft) {
      const key = keyOf(of)
      const sequence = read(key)?.sequence ?? nextSequence()
      return storage.set(key, JSON.stringify({ sequence, draft }))
    },
    removeDraft: of => { storage.remove(keyOf(of)) },
    pending: () => storage.keys(pendingPrefix)
      .map(key => parse<PendingSubmission>(storage.get(key)))
      .filter(pending => pending !== null),
    savePending: pending => { storage.set(pendingPrefix + pending.submissionId, JSON.stringify(pending)) },
    removePending: submissionId => { storage.remove(pendingPrefix + submissionId) },
  }
}

import { useState } from 'react'
import { isErasureMark } from '../../sdk/data-model/erasure.js'
import type { RemarkKind, RemarkStatus } from '../../sdk/data-model/remark.js'
import type { RemarkView } from '../../sdk/protocol/remark-views.js'
import { AutomaticView } from './automatic-view.js'
import { dateText } from './time-text.js'
import type { RemarkDecision } from './use-remarks.js'

const KINDS = { opinion: 'Opinion', feedback: 'Feedback', tip: 'Tip', error: 'Page error' } as const satisfies Record<RemarkKind, string>
const STATUSES = { new: 'New', reviewed: 'Reviewed', approved: 'Shown to others', declined: 'Declined' } as const satisfies Record<RemarkStatus, string>
const TONES = { new: '', reviewed: 'accepted', approved: 'accepted', declined: 'rejected' } as const satisfies Record<RemarkStatus, string>

interface RemarkItemProps {
  readonly remark: RemarkView
  /** @default nothing can be decided here */
  readonly onDecide?: (decision: RemarkDecision) => void
}

/** One thing that a worker said, with what can be done about it. */
export function RemarkItem({ remark, onDecide }: RemarkItemProps) {
  const { id, kind, status, worker, at, body, shown } = remark
  return (
    <li className="mephisto-review-remark">
      <p className="mephisto-review-remark-head">
        <strong>{KINDS[kind]}</strong> <span className={`mephisto-review-tag mephisto-review-tag-${TONES[status]}`}>{STATUSES[status]}</span>
        <span>{worker.pseudonym}</span> <time dateTime={at}>{dateText(at)}</time>
      </p>
      <Said body={body} />
      {shown !== null && kind === 'tip' && !isSame(shown, body) && (
        <div className="mephisto-review-quote"><span className="mephisto-review-label">Others read</span> <AutomaticView value={shown.title === null ? shown.text : shown} /></div>
      )}
      {onDecide && (kind !== 'tip' || !isErasureMark(body)) && (kind === 'tip'
        ? <TipActions remark={remark} onDecide={onDecide} />
        : (
            <p className="mephisto-review-note-actions">
              <button type="button" className="mephisto-button" onClick={() => { onDecide({ remark: id, status: status === 'new' ? 'reviewed' : 'new' }) }}>
                {status === 'new' ? 'Mark as reviewed' : 'Mark as new'}
              </button>
            </p>
          ))}
    </li>
  )
}

interface Opinion {
  readonly answers: readonly { readonly question: string; readonly answer: string }[]
  readonly files?: readonly unknown[]
}

/** What was said, without the words that only sort it. */
function Said({ body }: { readonly body: unknown }) {
  if (isErasureMark(body)) return <p className="mephisto-review-none">What was said is erased.</p>
  if (isOpinion(body)) {
    return (
      <dl className="mephisto-review-values">
        {body.answers.map(({ question, answer }, index) => (
          <div key={index} className="mephisto-review-value"><dt>{question}</dt><dd><AutomaticView value={answer} /></dd></div>
        ))}
        {body.files !== undefined && body.files.length > 0 && <div className="mephisto-review-value"><dt>Files</dt><dd><AutomaticView value={body.files} /></dd></div>}
      </dl>
    )
  }
  const { kind: _, ...words } = typeof body === 'object' && body !== null ? { kind: '', ...body } : { kind: '', said: body }
  const [only, ...more] = Object.values(words)
  return <AutomaticView value={more.length === 0 ? only : words} />
}

function isOpinion(body: unknown): body is Opinion {
  return typeof body === 'object' && body !== null && 'answers' in body && Array.isArray(body.answers)
}

function isSame(shown: { readonly title: string | null; readonly text: string }, body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'text' in body && body.text === shown.text && ('title' in body ? body.title : null) === shown.title
}

function textOr<T>(value: unknown, other: T): string | T {
  return typeof value === 'string' ? value : other
}

/** Showing a tip to others, in the worker's words or better ones. */
function TipActions({ remark, onDecide }: Required<RemarkItemProps>) {
  const { id, status, body, shown } = remark
  const said: { readonly title?: unknown; readonly text?: unknown } = typeof body === 'object' && body !== null ? body : {}
  const words = shown ?? { title: textOr(said.title, null), text: textOr(said.text, '') }
  const [draft, setDraft] = useState<{ readonly title: string; readonly text: string } | null>(null)
  if (draft !== null) {
    const { title, text } = draft
    const approve = () => {
      setDraft(null)
      onDecide({ remark: id, status: 'approved', shown: { text, ...(title.trim() === '' ? {} : { title }) } })
    }
    return (
      <form className="mephisto-review-note" onSubmit={event => { event.preventDefault(); approve() }}>
        <label className="mephisto-review-note-label">
          <span>Title <span className="mephisto-review-optional">(optional)</span></span>
          <input className="mephisto-review-note-field" maxLength={120} value={title} onChange={event => { setDraft({ title: event.target.value, text }) }} />
        </label>
        <label className="mephisto-review-note-label">
          <span>What others read</span>
          <textarea className="mephisto-review-note-field" rows={3} maxLength={2000} required value={text} onChange={event => { setDraft({ title, text: event.target.value }) }} />
        </label>
        <p className="mephisto-review-note-actions">
          <button type="submit" className="mephisto-button mephisto-button-primary" disabled={text.trim() === ''}>Show to others</button>
          <button type="button" className="mephisto-button" onClick={() => { setDraft(null) }}>Cancel</button>
        </p>
      </form>
    )
  }
  return (
    <p className="mephisto-review-note-actions">
      {status !== 'approved' && <button type="button" className="mephisto-button mephisto-button-primary" onClick={() => { onDecide({ remark: id, status: 'approved' }) }}>Show to others</button>}
      <button type="button" className="mephisto-button" onClick={() => { setDraft({ title: words.title ?? '', text: words.text }) }}>Edit and show</button>
      {status !== 'declined' && <button type="button" className="mephisto-button" onClick={() => { onDecide({ remark: id, status: 'declined' }) }}>{status === 'approved' ? 'Show no more' : 'Decline'}</button>}
    </p>
  )
}

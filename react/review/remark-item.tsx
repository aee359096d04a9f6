import { useState } from 'react'
import { isErasureMark } from '../../sdk/data-model/erasure.js'
import type { FeedbackTopic, RemarkKind, RemarkStatus } from '../../sdk/data-model/remark.js'
import type { RemarkBody } from '../../sdk/protocol/remark-requests.js'
import type { RemarkView } from '../../sdk/protocol/remark-views.js'
import { AutomaticView } from './automatic-view.js'
import { dateText } from './time-text.js'
import type { RemarkDecision } from './use-remarks.js'

const KINDS = { opinion: 'Opinion', feedback: 'Feedback', tip: 'Tip', error: 'Page error' } as const satisfies Record<RemarkKind, string>
const STATUSES = { new: 'New', reviewed: 'Reviewed', approved: 'Shown to others', declined: 'Declined' } as const satisfies Record<RemarkStatus, string>
const TONES = { new: '', reviewed: 'accepted', approved: 'accepted', declined: 'rejected' } as const satisfies Record<RemarkStatus, string>

const TOPICS = { item: 'the item', instructions: 'the instructions', page: 'the page', pay: 'the pay', other: 'something else' } as const satisfies Record<FeedbackTopic, string>

type TipBody = Extract<RemarkBody, { readonly kind: 'tip' }>

interface RemarkItemProps {
  readonly remark: RemarkView
  /** @default nothing can be decided here */
  readonly onDecide?: (decision: RemarkDecision) => void
}

/** One thing that a worker said, with what can be done about it. */
export function RemarkItem({ remark, onDecide }: RemarkItemProps) {
  const { id, kind, status, worker, at } = remark
  const body = isErasureMark(remark.body) ? null : remark.body as RemarkBody
  return (
    <li className="mephisto-review-remark">
      <p className="mephisto-review-remark-head">
        <strong>{KINDS[kind]}</strong> <span className={`mephisto-review-tag mephisto-review-tag-${TONES[status]}`}>{STATUSES[status]}</span>
        <span>{worker.pseudonym}</span> <time dateTime={at}>{dateText(at)}</time>
      </p>
      {body ? <Said body={body} /> : <p className="mephisto-review-none">What was said is erased.</p>}
      {body?.kind === 'tip' && <ShownTip shown={remark.shown} tip={body} />}
      {onDecide && body?.kind === 'tip' && <TipActions remark={remark} tip={body} onDecide={onDecide} />}
      {onDecide && kind !== 'tip' && (
        <p className="mephisto-review-note-actions">
          <button type="button" className="mephisto-button" onClick={() => { onDecide({ remark: id, status: status === 'new' ? 'reviewed' : 'new' }) }}>
            {status === 'new' ? 'Mark as reviewed' : 'Mark as new'}
          </button>
        </p>
      )}
    </li>
  )
}

/** What was said, each kind in its own way. */
function Said({ body }: { readonly body: RemarkBody }) {
  switch (body.kind) {
    case 'opinion':
      return (
        <dl className="mephisto-review-values">
          {body.answers.map(({ question, answer }, index) => (
            <div key={index} className="mephisto-review-value"><dt>{question}</dt><dd><AutomaticView value={answer} /></dd></div>
          ))}
          {body.files !== undefined && body.files.length > 0 && <div className="mephisto-review-value"><dt>Files</dt><dd><AutomaticView value={body.files} /></dd></div>}
        </dl>
      )
    case 'feedback':
      return <><p className="mephisto-review-text">{body.text}</p><p className="mephisto-review-hint">About: {TOPICS[body.about]}</p></>
    case 'tip':
      return <Tip {...body} />
    case 'error': {
      const { kind: _, ...error } = body
      return <AutomaticView value={error} />
    }
  }
}

function Tip({ title, text }: { readonly title?: string | null | undefined; readonly text: string }) {
  return <div>{title !== undefined && title !== null && <strong>{title}</strong>}<p className="mephisto-review-text">{text}</p></div>
}

/** What others read of a tip, where that are not the worker's own words. */
function ShownTip({ shown, tip }: { readonly shown: RemarkView['shown']; readonly tip: TipBody }) {
  if (shown === null || (shown.text === tip.text && shown.title === (tip.title ?? null))) return null
  return <div className="mephisto-review-quote"><span className="mephisto-review-label">Others read</span> <Tip {...shown} /></div>
}

/** Showing a tip to others, in the worker's words or better ones. */
function TipActions({ remark: { id, status, shown }, tip, onDecide }: Required<RemarkItemProps> & { readonly tip: TipBody }) {
  const { title, text: words } = shown ?? tip
  const [draft, setDraft] = useState<{ readonly title: string; readonly text: string } | null>(null)
  if (draft !== null) {
    const { title: newTitle, text } = draft
    const approve = () => {
      setDraft(null)
      onDecide({ remark: id, status: 'approved', shown: { text, ...(newTitle.trim() === '' ? {} : { title: newTitle }) } })
    }
    return (
      <form className="mephisto-review-note" onSubmit={event => { event.preventDefault(); approve() }}>
        <label className="mephisto-review-note-label">
          <span>Title <span className="mephisto-review-optional">(optional)</span></span>
          <input className="mephisto-review-note-field" maxLength={120} value={newTitle} onChange={event => { setDraft({ title: event.target.value, text }) }} />
        </label>
        <label className="mephisto-review-note-label">
          <span>What others read</span>
          <textarea className="mephisto-review-note-field" rows={3} maxLength={2000} required value={text} onChange={event => { setDraft({ title: newTitle, text: event.target.value }) }} />
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
      <button type="button" className="mephisto-button" onClick={() => { setDraft({ title: title ?? '', text: words }) }}>Edit and show</button>
      {status !== 'declined' && <button type="button" className="mephisto-button" onClick={() => { onDecide({ remark: id, status: 'declined' }) }}>{status === 'approved' ? 'Show no more' : 'Decline'}</button>}
    </p>
  )
}

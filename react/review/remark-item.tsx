import { useState } from 'react'
import { isErasureMark } from '../../sdk/data-model/erasure.js'
import type { RemarkStatus } from '../../sdk/data-model/remark.js'
import type { KeptRemarkBody } from '../../sdk/protocol/remark-requests.js'
import type { RemarkView } from '../../sdk/protocol/remark-views.js'
import { AutomaticView } from './automatic-view.js'
import { useFormats, useTexts } from './texts/review-texts.js'
import type { RemarkDecision } from './use-remarks.js'

const TONES = { new: '', reviewed: 'accepted', approved: 'accepted', declined: 'rejected' } as const satisfies Record<RemarkStatus, string>

type TipBody = Extract<KeptRemarkBody, { readonly kind: 'tip' }>

interface RemarkItemProps {
  readonly remark: RemarkView
  /** @default nothing can be decided here */
  readonly onDecide?: (decision: RemarkDecision) => void
}

/** One thing that a worker said, with what can be done about it. */
export function RemarkItem({ remark, onDecide }: RemarkItemProps) {
  const texts = useTexts().remarks
  const formats = useFormats()
  const { id, kind, status, worker, at } = remark
  const body = isErasureMark(remark.body) ? null : remark.body as KeptRemarkBody
  return (
    <li className="mephisto-review-remark">
      <p className="mephisto-review-remark-head">
        <strong>{texts.kinds[kind]}</strong> <span className={`mephisto-review-tag mephisto-review-tag-${TONES[status]}`}>{texts.statuses[status]}</span>
        {worker && <span>{worker.pseudonym}</span>} <time dateTime={at}>{formats.moment(at)}</time>
      </p>
      {body ? <Said body={body} /> : <p className="mephisto-review-none">{texts.erased}</p>}
      {body?.kind === 'tip' && <ShownTip shown={remark.shown} tip={body} />}
      {onDecide && body?.kind === 'tip' && <TipActions remark={remark} tip={body} onDecide={onDecide} />}
      {onDecide && kind !== 'tip' && (
        <p className="mephisto-review-note-actions">
          <button type="button" className="mephisto-button" onClick={() => { onDecide({ remark: id, status: status === 'new' ? 'reviewed' : 'new' }) }}>
            {status === 'new' ? texts.markReviewed : texts.markNew}
          </button>
        </p>
      )}
    </li>
  )
}

/** What was said, each kind in its own way. */
function Said({ body }: { readonly body: KeptRemarkBody }) {
  const { remarks: texts, returns } = useTexts()
  switch (body.kind) {
    case 'opinion':
      return (
        <dl className="mephisto-review-values">
          {body.answers.map(({ question, answer }, index) => (
            <div key={index} className="mephisto-review-value"><dt>{question}</dt><dd><AutomaticView value={answer} /></dd></div>
          ))}
          {body.files !== undefined && body.files.length > 0 && <div className="mephisto-review-value"><dt>{texts.files}</dt><dd><AutomaticView value={body.files} /></dd></div>}
        </dl>
      )
    case 'feedback':
      return <><p className="mephisto-review-text">{body.text}</p><p className="mephisto-review-hint">{body.givenBack ? returns.withIt(body.givenBack) : texts.about(body.about)}</p></>
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
  const { othersRead } = useTexts().remarks
  if (shown === null || (shown.text === tip.text && shown.title === (tip.title ?? null))) return null
  return <div className="mephisto-review-quote"><span className="mephisto-review-label">{othersRead}</span> <Tip {...shown} /></div>
}

/** Showing a tip to others, in the worker's words or better ones. */
function TipActions({ remark: { id, status, shown }, tip, onDecide }: Required<RemarkItemProps> & { readonly tip: TipBody }) {
  const { common, remarks: texts } = useTexts()
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
          <span>{texts.title} <span className="mephisto-review-optional">{common.optional}</span></span>
          <input className="mephisto-review-note-field" maxLength={120} value={newTitle} onChange={event => { setDraft({ title: event.target.value, text }) }} />
        </label>
        <label className="mephisto-review-note-label">
          <span>{texts.whatOthersRead}</span>
          <textarea className="mephisto-review-note-field" rows={3} maxLength={2000} required value={text} onChange={event => { setDraft({ title: newTitle, text: event.target.value }) }} />
        </label>
        <p className="mephisto-review-note-actions">
          <button type="submit" className="mephisto-button mephisto-button-primary" disabled={text.trim() === ''}>{texts.showToOthers}</button>
          <button type="button" className="mephisto-button" onClick={() => { setDraft(null) }}>{common.cancel}</button>
        </p>
      </form>
    )
  }
  return (
    <p className="mephisto-review-note-actions">
      {status !== 'approved' && <button type="button" className="mephisto-button mephisto-button-primary" onClick={() => { onDecide({ remark: id, status: 'approved' }) }}>{texts.showToOthers}</button>}
      <button type="button" className="mephisto-button" onClick={() => { setDraft({ title: title ?? '', text: words }) }}>{texts.editAndShow}</button>
      {status !== 'declined' && <button type="button" className="mephisto-button" onClick={() => { onDecide({ remark: id, status: 'declined' }) }}>{status === 'approved' ? texts.showNoMore : texts.decline}</button>}
    </p>
  )
}

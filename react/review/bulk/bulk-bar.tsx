import { useState } from 'react'
import type { VerdictInput } from '../../../sdk/protocol/review-views.js'
import { extrasOf, NO_EXTRAS, whyNotWith, type Extras } from '../extras/extras-draft.js'
import { MoreWithIt } from '../extras/more-with-it.js'
import { CheckField } from '../kit/fields.js'
import { ModalSheet } from '../kit/modal-sheet.js'
import { useQualificationList } from '../people/use-qualification-list.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useKeyPresses } from '../use-key-presses.js'
import { bulkEffect } from './bulk-effect.js'
import type { Selection } from './selection.js'

interface BulkBarProps {
  readonly source: ReviewSource
  readonly selection: Selection
  readonly onDecide: (verdict: VerdictInput, note: string, extras: Extras) => void
}

const VERDICTS = ['approve', 'soft_reject', 'reject'] as const
const KEYS = { approve: 'A', soft_reject: 'S', reject: 'R' } as const

/** The verdicts on all chosen units at once, each after its effect was read; the same keys as for one unit. */
export function BulkBar({ source, selection: { units, clear }, onDecide }: BulkBarProps) {
  const { bulk: texts } = useTexts()
  const [asked, setAsked] = useState<(typeof VERDICTS)[number] | null>(null)
  const ask = (verdict: (typeof VERDICTS)[number]) => () => { setAsked(verdict) }
  useKeyPresses({ a: ask('approve'), s: ask('soft_reject'), r: ask('reject'), Escape: clear })
  const [first] = units
  if (!first) return null
  return (
    <div className="mephisto-review-bulk" role="group" aria-label={texts.label}>
      <strong role="status">{texts.chosen(units.length)}</strong>
      {VERDICTS.map(verdict => (
        <button key={verdict} type="button" className={`mephisto-button${verdict === 'reject' ? ' mephisto-button-bad' : ''}`} aria-keyshortcuts={KEYS[verdict]} onClick={ask(verdict)}>{texts.verdicts[verdict]} <kbd aria-hidden="true">{KEYS[verdict]}</kbd></button>
      ))}
      <button type="button" className="mephisto-button" onClick={clear}>{texts.clear} <kbd aria-hidden="true">Esc</kbd></button>
      {asked && <BulkDialog key={asked} source={source} verdict={asked} units={units} currency={first.pay.currency} onClose={() => { setAsked(null) }} onDecide={(note, extras) => { setAsked(null); onDecide(asked, note, extras) }} />}
    </div>
  )
}

interface BulkDialogProps {
  readonly source: ReviewSource
  readonly verdict: (typeof VERDICTS)[number]
  readonly units: Selection['units']
  /** That of their run. */
  readonly currency: string
  readonly onClose: () => void
  readonly onDecide: (note: string, extras: Extras) => void
}

function BulkDialog({ source, verdict, units, currency, onClose, onDecide }: BulkDialogProps) {
  const { bulk: texts, common, extras: extrasTexts } = useTexts()
  const formats = useFormats()
  const { qualifications = [] } = useQualificationList(source)
  const [note, setNote] = useState('')
  const [terms, setTerms] = useState(NO_EXTRAS)
  const [isMore, setIsMore] = useState(false)
  const whyNot = whyNotWith(terms, { verdict, note, currency }, extrasTexts)
  const nameOf = (id: string): string => qualifications.find(qualification => qualification.id === id)?.name ?? id
  return (
    <ModalSheet title={texts.titles[verdict](units.length)} onClose={onClose}>
      <label className="mephisto-review-note-label">
        {verdict === 'reject' ? texts.why : texts.note}
        <textarea className="mephisto-review-note-field" rows={2} maxLength={2_000} value={note} onChange={event => { setNote(event.target.value) }} />
      </label>
      <CheckField label={extrasTexts.asOpinion} isChecked={terms.asOpinion} onChange={asOpinion => { setTerms({ ...terms, asOpinion }) }} />
      <MoreWithIt source={source} terms={terms} currency={currency} isOpen={isMore} onOpen={setIsMore} onChange={setTerms} />
      <ul className="mephisto-review-effect" aria-live="polite">{bulkEffect(units, { verdict, terms, currency, nameOf }, { texts: { ...texts, extras: extrasTexts.effects }, formats }).map(sentence => <li key={sentence}>{sentence}</li>)}</ul>
      <p className="mephisto-review-trouble" role="status">{whyNot}</p>
      <p className="mephisto-review-page-actions">
        <button type="button" className={`mephisto-button ${verdict === 'reject' ? 'mephisto-button-bad' : 'mephisto-button-primary'}`} disabled={whyNot !== null} onClick={() => { onDecide(note, extrasOf(terms, currency)) }}>{texts.verdicts[verdict]}</button>
        <button type="button" className="mephisto-button" onClick={onClose}>{common.cancel}</button>
      </p>
    </ModalSheet>
  )
}

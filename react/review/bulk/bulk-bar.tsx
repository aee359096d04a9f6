import { useState } from 'react'
import type { VerdictInput } from '../../../sdk/protocol/review-views.js'
import { ModalSheet } from '../kit/modal-sheet.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useKeyPresses } from '../use-key-presses.js'
import { bulkEffect } from './bulk-effect.js'
import type { Selection } from './selection.js'

interface BulkBarProps {
  readonly selection: Selection
  readonly onDecide: (verdict: VerdictInput, note: string) => void
}

const VERDICTS = ['approve', 'soft_reject', 'reject'] as const
const KEYS = { approve: 'A', soft_reject: 'S', reject: 'R' } as const

/** The verdicts on all chosen units at once, each after its effect was read; the same keys as for one unit. */
export function BulkBar({ selection: { units, clear }, onDecide }: BulkBarProps) {
  const { bulk: texts } = useTexts()
  const [asked, setAsked] = useState<(typeof VERDICTS)[number] | null>(null)
  const ask = (verdict: (typeof VERDICTS)[number]) => () => { setAsked(verdict) }
  useKeyPresses({ a: ask('approve'), s: ask('soft_reject'), r: ask('reject'), Escape: clear })
  return (
    <div className="mephisto-review-bulk" role="group" aria-label={texts.label}>
      <strong role="status">{texts.chosen(units.length)}</strong>
      {VERDICTS.map(verdict => (
        <button key={verdict} type="button" className={`mephisto-button${verdict === 'reject' ? ' mephisto-button-bad' : ''}`} aria-keyshortcuts={KEYS[verdict]} onClick={ask(verdict)}>{texts.verdicts[verdict]} <kbd aria-hidden="true">{KEYS[verdict]}</kbd></button>
      ))}
      <button type="button" className="mephisto-button" onClick={clear}>{texts.clear} <kbd aria-hidden="true">Esc</kbd></button>
      {asked && <BulkDialog key={asked} verdict={asked} units={units} onClose={() => { setAsked(null) }} onDecide={note => { setAsked(null); onDecide(asked, note) }} />}
    </div>
  )
}

interface BulkDialogProps {
  readonly verdict: (typeof VERDICTS)[number]
  readonly units: Selection['units']
  readonly onClose: () => void
  readonly onDecide: (note: string) => void
}

function BulkDialog({ verdict, units, onClose, onDecide }: BulkDialogProps) {
  const { bulk: texts, common } = useTexts()
  const formats = useFormats()
  const [note, setNote] = useState('')
  return (
    <ModalSheet title={texts.titles[verdict](units.length)} onClose={onClose}>
      <ul className="mephisto-review-effect">{bulkEffect(units, verdict, { texts, formats }).map(sentence => <li key={sentence}>{sentence}</li>)}</ul>
      <label className="mephisto-review-note-label">
        {verdict === 'reject' ? texts.why : texts.note}
        <textarea className="mephisto-review-note-field" rows={2} maxLength={2_000} value={note} onChange={event => { setNote(event.target.value) }} />
      </label>
      <p className="mephisto-review-page-actions">
        <button type="button" className={`mephisto-button ${verdict === 'reject' ? 'mephisto-button-bad' : 'mephisto-button-primary'}`} onClick={() => { onDecide(note) }}>{texts.verdicts[verdict]}</button>
        <button type="button" className="mephisto-button" onClick={onClose}>{common.cancel}</button>
      </p>
    </ModalSheet>
  )
}

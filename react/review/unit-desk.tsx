import { useRef, useState } from 'react'
import type { ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import type { ReviewView } from './define-review.js'
import type { QueueSearch } from './queue-search/queue-search.js'
import type { ReviewSource } from './review-store.js'
import { NoteField } from './note-field.js'
import { useTexts } from './texts/review-texts.js'
import { UnitCard } from './unit-card.js'
import { useKeyPresses } from './use-key-presses.js'
import { VerdictBar } from './verdict-bar.js'

interface UnitDeskProps {
  readonly unit: ReviewUnitView
  readonly view: ReviewView | undefined
  readonly source: ReviewSource
  readonly isGone: boolean
  /** Several units were chosen, and verdicts are given to these. */
  readonly isBulk: boolean
  /** Narrows what is listed. */
  readonly onSearch: (more: QueueSearch) => void
  readonly onDecide: (verdict: VerdictInput, note: string) => void
}

/** The current unit with everything to decide it. Give it the unit's id as key: note and question belong to one unit. */
export function UnitDesk({ unit, view, source, isGone, isBulk, onDecide, onSearch }: UnitDeskProps) {
  const [note, setNote] = useState('')
  const [isAsking, setIsAsking] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const canDecide = unit.status === 'completed' && !isBulk
  const canApprove = canDecide || (unit.status === 'rejected' && !isBulk)
  const focusNote = () => { field.current?.focus() }

  const approval = canDecide ? 'approve' : 'overturn'

  const choose = (verdict: VerdictInput) => {
    const mustAsk = verdict === 'reject' && !isAsking && note.trim() === ''
    if (!mustAsk) {
      onDecide(verdict, note)
      return
    }
    setIsAsking(true)
    focusNote()
  }
  const keep = () => {
    setIsAsking(false)
    field.current?.blur()
  }
  useKeyPresses({
    a: canApprove ? () => { choose(approval) } : undefined,
    s: canDecide ? () => { choose('soft_reject') } : undefined,
    r: canDecide ? () => { choose('reject') } : undefined,
    n: canApprove ? focusNote : undefined,
    Escape: isAsking ? keep : undefined,
  })

  return (
    <article className="mephisto-review-desk" aria-label={useTexts().desk.unit}>
      <UnitCard unit={unit} view={view} source={source} isGone={isGone} onSearch={onSearch} />
      {canApprove && (
        <div className="mephisto-review-decide">
          <NoteField
            note={note} fieldRef={field} isAsking={isAsking} onChange={setNote} onKeep={keep}
            onDecide={() => { choose(isAsking ? 'reject' : approval) }}
          />
          {!isAsking && <VerdictBar unit={unit} onVerdict={choose} />}
        </div>
      )}
    </article>
  )
}

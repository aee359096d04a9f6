import { useRef, useState } from 'react'
import type { ClaimView, ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import { HeldNotice } from './claims/held-notice.js'
import type { ReviewView } from './define-review.js'
import { extrasOf, hasExtras, whyNotWith, type Extras, type ExtrasTerms } from './extras/extras-draft.js'
import { MoreWithIt } from './extras/more-with-it.js'
import type { DecisionDrafts } from './extras/use-decision-drafts.js'
import { CheckField } from './kit/fields.js'
import { NoteField } from './note-field.js'
import { OpinionsNotice } from './opinions/opinions-notice.js'
import type { QueueSearch } from './queue-search/queue-search.js'
import type { ReviewSource } from './review-store.js'
import { useTexts } from './texts/review-texts.js'
import { UnitCard } from './unit-card.js'
import { useKeyPresses } from './use-key-presses.js'
import { VerdictBar } from './verdict-bar.js'

interface UnitDeskProps {
  readonly unit: ReviewUnitView
  readonly view: ReviewView | undefined
  readonly source: ReviewSource
  readonly isGone: boolean
  /** False for those who may only look, and while several units were chosen, which verdicts are given to then. */
  readonly mayDecide: boolean
  /** Who else reviews it just now. */
  readonly holder: ClaimView | null
  readonly drafts: DecisionDrafts
  readonly onTakeOver: () => void
  /** Narrows what is listed. */
  readonly onSearch: (more: QueueSearch) => void
  readonly onDecide: (verdict: VerdictInput, note: string, extras: Extras) => void
}

/** The current unit with everything to decide it. Give it the unit's id as key: note and question belong to one unit. */
export function UnitDesk({ unit, view, source, isGone, mayDecide, holder, drafts, onTakeOver, onDecide, onSearch }: UnitDeskProps) {
  const { desk, extras: texts } = useTexts()
  const { unitId, pay: { currency } } = unit
  const [{ note, terms }, setDraft] = useState(() => drafts.of(unitId))
  const [isAsking, setIsAsking] = useState(false)
  const [isMore, setIsMore] = useState(() => hasExtras(terms))
  const [trouble, setTrouble] = useState<string | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const canDecide = mayDecide && unit.status === 'completed' && holder === null
  const canApprove = canDecide || (mayDecide && unit.status === 'rejected')
  const focusNote = () => { field.current?.focus() }
  const change = (changed: { readonly note?: string; readonly terms?: ExtrasTerms }) => {
    const draft = { note, terms, ...changed }
    drafts.keep(unitId, draft)
    setDraft(draft)
    setTrouble(null)
  }
  const askOpinion = (asOpinion: boolean) => { change({ terms: { ...terms, asOpinion } }) }

  const approval = canDecide ? 'approve' : 'overturn'

  const choose = (verdict: VerdictInput) => {
    const mustAsk = verdict === 'reject' && !isAsking && note.trim() === ''
    if (mustAsk) {
      setIsAsking(true)
      focusNote()
      return
    }
    const whyNot = whyNotWith(terms, { verdict, note, currency }, texts)
    setTrouble(whyNot)
    if (whyNot === null) onDecide(verdict, note, extrasOf(terms, currency))
    else if (terms.scope !== '' && note.trim() === '') focusNote()
    else setIsMore(true)
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
    o: canDecide ? () => { askOpinion(!terms.asOpinion) } : undefined,
    m: canApprove ? () => { setIsMore(true) } : undefined,
    Escape: isAsking ? keep : undefined,
  })

  return (
    <article className="mephisto-review-desk" aria-label={desk.unit}>
      {holder && <HeldNotice holder={holder} takeOver={mayDecide ? onTakeOver : undefined} />}
      <OpinionsNotice unit={unit} source={source} />
      <UnitCard unit={unit} view={view} source={source} isGone={isGone} onSearch={onSearch} />
      {canApprove && (
        <div className="mephisto-review-decide">
          <NoteField
            note={note} fieldRef={field} isAsking={isAsking} onChange={written => { change({ note: written }) }} onKeep={keep}
            onDecide={() => { choose(isAsking ? 'reject' : approval) }}
          />
          {canDecide && <CheckField label={texts.asOpinion} letter="O" isChecked={terms.asOpinion} onChange={askOpinion} />}
          <MoreWithIt source={source} terms={terms} currency={currency} letter="M" isOpen={isMore} onOpen={setIsMore} onChange={filled => { change({ terms: filled }) }} />
          <p className="mephisto-review-trouble" role="alert">{trouble}</p>
          {!isAsking && <VerdictBar unit={unit} onVerdict={choose} />}
        </div>
      )}
    </article>
  )
}

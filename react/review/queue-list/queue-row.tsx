import type { ClaimView, ReviewUnitView } from '../../../sdk/protocol/review-views.js'
import type { Selection } from '../bulk/selection.js'
import { StatusTag } from '../status-tag.js'
import { mainTextOf, textOf } from '../text-of.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

interface QueueRowProps {
  readonly unit: ReviewUnitView
  /** Who else reviews it just now. */
  readonly holder: ClaimView | null
  readonly isCurrent: boolean
  /** Null for those who may not choose. */
  readonly selection: Selection | null
  readonly onShow: (unit: ReviewUnitView) => void
}

const ITEM_CHARACTERS = 110
const ANSWER_CHARACTERS = 70

/** A unit at a glance, on a row as high as any other. */
export function QueueRow({ unit, holder, isCurrent, selection, onShow }: QueueRowProps) {
  const { bulk: texts, common, desk, queue } = useTexts()
  const formats = useFormats()
  return (
    <>
      {selection && unit.status === 'completed' && <input type="checkbox" className="mephisto-review-choose" aria-label={texts.choose(mainTextOf(unit.input, ITEM_CHARACTERS, common))} checked={selection.has(unit)} onChange={() => { selection.toggle(unit) }} />}
      <button type="button" className="mephisto-review-row" onClick={() => { onShow(unit) }} {...(isCurrent ? { 'aria-current': 'true' } : {})}>
        <span className="mephisto-review-row-item">{mainTextOf(unit.input, ITEM_CHARACTERS, common)}</span>
        <span className="mephisto-review-row-answer">
          <span>{textOf(unit.answer, ANSWER_CHARACTERS, common)}</span>
          {unit.status !== 'completed' && <StatusTag status={unit.status} />}
          {holder && <span className="mephisto-review-holder">{desk.heldBy(holder.byName)}</span>}
        </span>
        <span className="mephisto-review-row-hint">
          {formats.length(unit.durationMs)}
          {unit.isDisputed && <> · <span className="mephisto-review-differs-mark">{queue.differs}</span></>}
          {unit.isReadTwice && unit.status === 'completed' && ` · ${desk.opinions.two}`}
        </span>
      </button>
    </>
  )
}

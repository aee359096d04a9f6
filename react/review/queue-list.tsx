import { useEffect, useRef } from 'react'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'
import { MOST_SELECTED, type Selection } from './bulk/selection.js'
import { useTexts } from './texts/review-texts.js'
import { StatusTag } from './status-tag.js'
import { mainTextOf, textOf } from './text-of.js'

interface QueueListProps {
  readonly units: readonly ReviewUnitView[]
  readonly currentId: string | null
  readonly selection: Selection
  readonly hasMore: boolean
  readonly onShow: (unit: ReviewUnitView) => void
  readonly onMore: () => void
}

const MARGIN_PX = 8
const ITEM_CHARACTERS = 110
const ANSWER_CHARACTERS = 70

/** The units at a glance, the current one marked and kept in sight. */
export function QueueList({ units, currentId, selection, hasMore, onShow, onMore }: QueueListProps) {
  const texts = useTexts().bulk
  const waiting = units.filter(({ status }) => status === 'completed').length
  const list = useRef<HTMLOListElement>(null)
  const current = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const row = current.current
    const box = list.current
    if (!row || !box) return
    // Only the list itself scrolls: scrollIntoView would also move the page under the reader.
    const top = row.offsetTop
    const bottom = top + row.offsetHeight
    if (top < box.scrollTop) box.scrollTop = top - MARGIN_PX
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight + MARGIN_PX
  }, [currentId])
  return (
    <nav className="mephisto-review-queue" aria-label="Units">
      {waiting > 1 && (
        <label className="mephisto-review-choose-all"><input type="checkbox" checked={selection.units.length === Math.min(waiting, MOST_SELECTED)} onChange={event => { selection.setAll(event.target.checked) }} /> {texts.chooseAll}</label>
      )}
      <ol className="mephisto-review-queue-list" ref={list}>
        {units.map(unit => (
          <li key={unit.unitId} className="mephisto-review-queue-item">
            {unit.status === 'completed' && <input type="checkbox" className="mephisto-review-choose" aria-label={texts.choose(mainTextOf(unit.input, ITEM_CHARACTERS))} checked={selection.has(unit)} onChange={() => { selection.toggle(unit) }} />}
            <button
              type="button" className="mephisto-review-row" onClick={() => { onShow(unit) }}
              {...(unit.unitId === currentId ? { 'ref': current, 'aria-current': 'true' } : {})}
            >
              <span className="mephisto-review-row-item">{mainTextOf(unit.input, ITEM_CHARACTERS)}</span>
              <span className="mephisto-review-row-answer">
                <span>{textOf(unit.answer, ANSWER_CHARACTERS)}</span>
                {unit.status !== 'completed' && <StatusTag status={unit.status} />}
              </span>
            </button>
          </li>
        ))}
        {hasMore && (
          <li><button type="button" className="mephisto-button mephisto-review-more" onClick={onMore}>Load more</button></li>
        )}
      </ol>
    </nav>
  )
}

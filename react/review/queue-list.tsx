import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { ClaimView, ReviewUnitView } from '../../sdk/protocol/review-views.js'
import { MOST_SELECTED, type Selection } from './bulk/selection.js'
import { StatusTag } from './status-tag.js'
import { mainTextOf, textOf } from './text-of.js'
import { useFormats, useTexts } from './texts/review-texts.js'

interface QueueListProps {
  readonly units: readonly ReviewUnitView[]
  /** Who else reviews a unit just now. */
  readonly holderOf: (unit: ReviewUnitView) => ClaimView | null
  readonly currentId: string | null
  /** Null for those who may not choose. */
  readonly selection: Selection | null
  readonly hasMore: boolean
  readonly onShow: (unit: ReviewUnitView) => void
  readonly onMore: () => void
}

const ITEM_CHARACTERS = 110
const ANSWER_CHARACTERS = 70
/** About how high a row is, px; each is measured when it is there. */
const ROW_PX = 112
/** Rows that are there above and below those in sight. */
const OVERSCAN = 8
/** How many rows from the last one the next page is fetched. */
const MORE_FROM_END = 10

/** The units at a glance, the current one marked and kept in sight. Only rows in and near sight are in the page, however many there are. */
export function QueueList({ units, holderOf, currentId, selection, hasMore, onShow, onMore }: QueueListProps) {
  const { bulk: texts, common, desk, queue } = useTexts()
  const formats = useFormats()
  const waiting = units.filter(({ status }) => status === 'completed').length
  const box = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: units.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: OVERSCAN, getItemKey: index => units[index]?.unitId ?? index,
    // React says that it flushes while it renders otherwise.
    useFlushSync: false,
  })
  const current = units.findIndex(({ unitId }) => unitId === currentId)
  useEffect(() => {
    // Only the list itself scrolls: scrollIntoView would also move the page under the reader.
    if (current >= 0) virtualizer.scrollToIndex(current, { align: 'auto' })
  }, [current, virtualizer])
  const rows = virtualizer.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => { if (hasMore && last >= units.length - MORE_FROM_END) onMore() }, [hasMore, last, onMore, units.length])
  return (
    <nav className="mephisto-review-queue" aria-label={desk.units}>
      {selection && waiting > 1 && (
        <label className="mephisto-review-choose-all"><input type="checkbox" checked={selection.units.length === Math.min(waiting, MOST_SELECTED)} onChange={event => { selection.setAll(event.target.checked) }} /> {texts.chooseAll}</label>
      )}
      <div className="mephisto-review-queue-list" ref={box}>
        <ol style={{ height: virtualizer.getTotalSize() }}>
          {rows.map(({ key, index, start }) => {
            const unit = units[index]
            const holder = unit ? holderOf(unit) : null
            return unit && (
              <li key={key} ref={virtualizer.measureElement} data-index={index} aria-posinset={index + 1} aria-setsize={hasMore ? -1 : units.length} className="mephisto-review-queue-item" style={{ transform: `translateY(${String(start)}px)` }}>
                {selection && unit.status === 'completed' && <input type="checkbox" className="mephisto-review-choose" aria-label={texts.choose(mainTextOf(unit.input, ITEM_CHARACTERS, common))} checked={selection.has(unit)} onChange={() => { selection.toggle(unit) }} />}
                <button type="button" className="mephisto-review-row" onClick={() => { onShow(unit) }} {...(unit.unitId === currentId ? { 'aria-current': 'true' } : {})}>
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
              </li>
            )
          })}
        </ol>
      </div>
      {hasMore && <button type="button" className="mephisto-button mephisto-review-more" onClick={onMore}>{common.loadMore}</button>}
    </nav>
  )
}

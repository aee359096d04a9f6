import { useEffect, useLayoutEffect, useRef } from 'react'
import type { ClaimView, ReviewUnitView } from '../../../sdk/protocol/review-views.js'
import { MOST_SELECTED, type Selection } from '../bulk/selection.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import type { ReviewQueue } from '../use-review-queue.js'
import type { UnreadPlace } from './queue-parts.js'
import { QueueRow } from './queue-row.js'
import type { QueueRows } from './queue-rows.js'
import { useLongList } from './use-long-list.js'
import { useRowKeys } from './use-row-keys.js'

interface QueueListProps {
  readonly queue: Pick<ReviewQueue, 'total' | 'hasMore' | 'loadMore'>
  readonly rows: QueueRows
  /** Who else reviews a unit just now. */
  readonly holderOf: (unit: ReviewUnitView) => ClaimView | null
  readonly currentId: string | null
  /** Null for those who may not choose. */
  readonly selection: Selection | null
  readonly onShow: (unit: ReviewUnitView) => void
  /** Rows are in sight that were not read. */
  readonly onUnread: (place: UnreadPlace) => void
}

/** Rows that are there above and below those in sight. */
const OVERSCAN = 4
/** How many rows from the last one the next page is read, of a list that is read page by page. */
const MORE_FROM_END = 10
/** How long a list stands still before rows in sight are read: whoever drags its bar passes many. */
const STILL_MS = 80

/** The units at a glance, the current one marked and kept in sight. Only rows in and near sight are in the page, and in memory, however many there are. */
export function QueueList({ queue, rows, holderOf, currentId, selection, onShow, onUnread }: QueueListProps) {
  const { bulk: texts, common, desk, queue: queueTexts } = useTexts()
  const formats = useFormats()
  const list = useLongList(rows.count)
  const { from, before, show } = list
  const pressKey = useRowKeys(list, rows.count)
  useStillRows(rows, list)
  const current = currentId === null ? -1 : rows.rowOf(currentId)
  const isThere = current >= 0
  const row = useRef(current)
  useEffect(() => { row.current = current })
  // When another unit comes before the reviewer, and not when rows move around it: they may be looking elsewhere.
  useEffect(() => { if (isThere) show(row.current) }, [currentId, isThere, show])
  useEffect(() => {
    const place = rows.unread(from, before + (queue.total ? 0 : MORE_FROM_END))
    if (!place) return undefined
    const timer = setTimeout(() => { onUnread(place) }, STILL_MS)
    return () => { clearTimeout(timer) }
  }, [rows, from, before, queue.total, onUnread])
  const near = rows.stretches.find(units => units.some(({ unitId }) => unitId === currentId)) ?? rows.stretches[0] ?? []
  const waiting = near.filter(({ status }) => status === 'completed').length
  const [first, end] = [Math.max(0, from - OVERSCAN), Math.min(rows.count, before + OVERSCAN)]
  return (
    <nav className="mephisto-review-queue" aria-label={desk.units}>
      {selection && waiting > 1 && (
        <label className="mephisto-review-choose-all"><input type="checkbox" checked={selection.units.length === Math.min(waiting, MOST_SELECTED)} onChange={event => { selection.setAll(event.target.checked ? near : []) }} /> {texts.chooseAll}</label>
      )}
      <p className="mephisto-review-queue-count">{queue.total || !queue.hasMore ? queueTexts.count(rows.count, formats.count(rows.count), queue.total?.isMore ?? false) : queueTexts.pageByPage(rows.count, formats.count(rows.count))}</p>
      <div className="mephisto-review-queue-list" ref={list.box} tabIndex={-1} onKeyDown={pressKey}>
        <div className="mephisto-review-queue-item mephisto-review-queue-sizer" ref={list.sizer} aria-hidden="true" />
        <ol style={{ height: list.height }}>
          {Array.from({ length: Math.max(0, end - first) }, (_, at) => {
            const index = first + at
            const unit = rows.at(index)
            return (
              <li key={unit?.unitId ?? index} data-row={index} aria-posinset={index + 1} aria-setsize={queue.total || !queue.hasMore ? rows.count : -1} className="mephisto-review-queue-item" style={{ transform: `translateY(${String(list.topOf(index))}px)` }}>
                {unit ? <QueueRow unit={unit} holder={holderOf(unit)} isCurrent={unit.unitId === currentId} selection={selection} onShow={onShow} /> : <span className="mephisto-review-unread">{formats.count(index + 1)}</span>}
              </li>
            )
          })}
        </ol>
      </div>
      {!queue.total && queue.hasMore && <button type="button" className="mephisto-button mephisto-review-more" onClick={queue.loadMore}>{common.loadMore}</button>}
    </nav>
  )
}

/** Keeps rows where they are before the eyes while others come or go above them. */
function useStillRows(rows: QueueRows, { from, before, shift }: ReturnType<typeof useLongList>): void {
  const seen = useRef<readonly { readonly unitId: string; readonly row: number }[]>([])
  useLayoutEffect(() => {
    const still = seen.current.find(({ unitId }) => rows.rowOf(unitId) >= 0)
    const moved = still ? rows.rowOf(still.unitId) - still.row : 0
    if (moved !== 0) shift(moved)
  }, [rows, shift])
  useLayoutEffect(() => {
    seen.current = Array.from({ length: before - from }, (_, at) => ({ unitId: rows.at(from + at)?.unitId ?? '', row: from + at })).filter(({ unitId }) => unitId !== '')
  })
}

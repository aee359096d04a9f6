import { describe, expect, it } from 'vitest'
import { askFor, NOTHING_READ, PAGE_SIZE, withoutFar, type PageAsk, type QueueParts } from '../../react/review/queue-list/queue-parts.js'
import { rowsOf } from '../../react/review/queue-list/queue-rows.js'
import { readParts } from '../../react/review/queue-list/read-parts.js'
import type { ReviewQueueView, ReviewUnitView } from '../../sdk/protocol/review-views.js'

// A list of which parts are read, over a server whose list changes meanwhile.

const unit = (number: number) => ({ unitId: String(number), submittedAt: String(number) }) as unknown as ReviewUnitView

/** Answers with numbers for ids; a cursor is the number of a row. */
function server(numbers: number[]) {
  let asked = 0
  const state = { numbers, asked: () => asked }
  const read = (ask: PageAsk, isCounted: boolean): Promise<ReviewQueueView> => {
    asked += 1
    const numberOf = (cursor: string | null) => (cursor === null ? null : Number(cursor))
    const [low, high] = ask.isBackwards ? [numberOf(ask.until), numberOf(ask.cursor)] : [numberOf(ask.cursor), numberOf(ask.until)]
    const within = state.numbers.filter(number => (low === null || number > low) && (high === null || number <= high))
    const from = ask.isBackwards ? Math.max(0, within.length - ask.skip - PAGE_SIZE) : ask.skip
    const page = within.slice(from, ask.isBackwards ? within.length - ask.skip : from + PAGE_SIZE)
    const isLast = ask.isBackwards ? ask.skip === 0 : from + PAGE_SIZE >= within.length
    const start = from === 0 ? low : within[from - 1] ?? high
    const before = start === null ? 0 : state.numbers.filter(number => number <= start).length
    return Promise.resolve({
      units: page.map(unit), looked: page.length, startCursor: start === null ? null : String(start), nextCursor: isLast ? (high === null ? null : String(high)) : String(page.at(-1)),
      counted: isCounted ? { before, after: state.numbers.length - before, isMore: false } : null,
    })
  }
  /** Reads a row, as a list in which it comes into sight does, until it is there. */
  const look = async (list: QueueParts, row: number, keep: ReadonlySet<string> = new Set()): Promise<QueueParts> => {
    const place = rowsOf(list).unread(row, row + 1)
    return place ? look(await readParts({ ...list, wanted: { ...place, keep } }, read), Math.min(row, state.numbers.length - 1), keep) : list
  }
  return { state, look, again: (list: QueueParts) => readParts(list, read), open: () => readParts(NOTHING_READ, read) }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const shown = (list: QueueParts) => rowsOf(list).stretches.flat().map(({ unitId }) => Number(unitId))
const wrong = (list: QueueParts, numbers: readonly number[]) => {
  const rows = rowsOf(list)
  return numbers.filter((number, row) => rows.at(row) !== null && rows.at(row)?.unitId !== String(number))
}

describe('a list of which parts are read', () => {
  it('has as many rows as the server counts, and finds any of them with one call', async () => {
    const { state, look, open } = server(upTo(200_000))
    let list = await open()
    expect(rowsOf(list).count).toBe(200_000)
    for (const row of [199_999, 100_000, 25_000, 150_000, 180_000]) {
      list = await look(list, row)
      expect(rowsOf(list).at(row)?.unitId).toBe(String(row + 1))
    }
    expect(state.asked()).toBe(6)
    expect(wrong(list, state.numbers)).toEqual([])
  })

  it('asks from the nearer end of what was not read', async () => {
    const list = await server(upTo(1_000)).open()
    expect(askFor(list, { gap: 1, place: 3 })).toEqual({ cursor: '50', until: null, skip: 0, isBackwards: false })
    expect(askFor(list, { gap: 1, place: 949 })).toEqual({ cursor: null, until: '50', skip: 0, isBackwards: true })
    expect(askFor(list, { gap: 1, place: 300 })).toEqual({ cursor: '50', until: null, skip: 280, isBackwards: false })
    expect(askFor(list, { gap: 1, place: 800 })).toEqual({ cursor: null, until: '50', skip: 119, isBackwards: true })
  })

  it('has no row twice and skips none, whatever others decide while one scrolls', async () => {
    const { state, look, again, open } = server(upTo(5_000))
    let list = await open()
    let seed = 7
    const chance = (below: number) => { seed = (seed * 48_271) % 2_147_483_647; return seed % below }
    for (let step = 0; step < 120; step += 1) {
      const from = chance(state.numbers.length - 40)
      state.numbers = state.numbers.filter((_, index) => index < from || index >= from + chance(30))
      list = await look(list, chance(Math.max(1, rowsOf(list).count)))
      const all = shown(list)
      expect(all).toEqual([...new Set(all)].sort((a, b) => a - b))
      if (step % 5 === 0) {
        list = await again(list)
        expect(rowsOf(list).count).toBe(state.numbers.length)
        expect(wrong(list, state.numbers)).toEqual([])
      }
    }
    for (let row = 0; row < rowsOf(list).count; row += 1) list = await look({ ...list }, row)
    list = await again(list)
    expect(wrong(list, state.numbers)).toEqual([])
  })

  it('counts anew when nothing is as far on as it was thought', async () => {
    const { state, look, open } = server(upTo(2_000))
    let list = await look(await open(), 1_000)
    state.numbers = [...upTo(50), ...upTo(10).map(number => 1_990 + number)]
    list = await look(list, 700)
    expect(rowsOf(list).count).toBe(60)
    expect(wrong(list, state.numbers)).toEqual([])
  })

  it('keeps few pages, the first one and those with units that must stay among them', async () => {
    const { look, open } = server(upTo(200_000))
    let list = await open()
    const keep = new Set(['100001'])
    for (let row = 100_000; row < 190_000; row += 3_000) list = await look(list, row, keep)
    expect(list.parts.length).toBeLessThanOrEqual(12)
    expect(rowsOf(list).rowOf('100001')).toBe(100_000)
    expect(rowsOf(list).rowOf('1')).toBe(0)
    expect(withoutFar({ ...list, total: null }, 0, keep).parts).toHaveLength(list.parts.length)
  })

  it('reads what cannot be counted page by page', async () => {
    const { state } = server(upTo(120))
    const read = (ask: PageAsk) => Promise.resolve({
      units: state.numbers.slice(Number(ask.cursor ?? 0), Number(ask.cursor ?? 0) + PAGE_SIZE).map(unit), looked: PAGE_SIZE, startCursor: ask.cursor, counted: null,
      nextCursor: Number(ask.cursor ?? 0) + PAGE_SIZE < 120 ? String(Number(ask.cursor ?? 0) + PAGE_SIZE) : null,
    })
    let list = await readParts(NOTHING_READ, read)
    const counts = [rowsOf(list).count]
    for (let place = rowsOf(list).unread(0, Infinity); place; place = rowsOf(list).unread(0, Infinity)) {
      list = await readParts({ ...list, wanted: { ...place, keep: new Set() } }, read)
      counts.push(rowsOf(list).count)
    }
    expect(counts).toEqual([50, 100, 120])
    expect(shown(await readParts(list, read))).toEqual(upTo(120))
  })
})

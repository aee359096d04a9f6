import { expect, test } from 'vitest'
import { RUN_MOVES } from '../../sdk/data-model/lifecycle.js'
import type { Notice } from '../../sdk/operations/noticing-db.js'
import { SILENT } from '../../sdk/operations/observing/observer.js'
import { countEvents, logEvents } from '../../sdk/operations/observing/told-events.js'
import type { EventRow } from '../../sdk/ports/event-operations.js'

const event = (type: string, streamId = 'agent', body = '{}', at = 10_000): EventRow => ({ streamId, number: 1, runId: 'run', feed: 1, type: type as EventRow['type'], body, at, hash: '' })
const notice = (events: readonly EventRow[]): Notice => ({ events, blueprints: new Map([['run', 'b']]), accepted: new Map([['agent', 4_000], ['ahead', 12_000]]), ownActs: [], hasCalls: false, packets: [] })

function logged(events: readonly EventRow[]): unknown[] {
  const lines: unknown[] = []
  const note = (level: string) => (fields: object, text: string) => { lines.push([level, fields, text]) }
  logEvents({ info: note('info'), warn: note('warn'), error: note('error') }, notice(events))
  return lines
}

test('every way in which a run moves has a line, and what happens to its agents has none but for leases that ran out', () => {
  const verbs = Object.keys(RUN_MOVES).filter(verb => verb !== 'launch')
  const lines = logged(verbs.map(verb => event(verb, 'run')))
  expect(lines).toHaveLength(verbs.length)
  for (const line of lines) expect(line).toEqual([expect.stringMatching(/^(?:info|warn)$/), { runId: 'run', blueprint: 'b' }, expect.stringMatching(/^a /)])
  expect(lines.filter(line => (line as unknown[])[0] === 'warn')).toHaveLength(1)
  expect(logged([...['begin', 'complete', 'expire', 'extend'].map(type => event(type)), event('change', 'run'), event('top_up', 'run')])).toEqual([])
  expect(logged([event('time_out'), event('time_out', 'other')])).toEqual([['info', { runId: 'run', blueprint: 'b', leases: 2 }, 'leases ran out and were taken back']])
})

test('events of a kind are counted together, answers are timed, and a clock that was set back makes no negative time', () => {
  const records: unknown[] = []
  const observer = { ...SILENT, isOn: true, record: (...given: unknown[]) => { records.push(given) } }
  countEvents(observer, notice([event('complete'), event('complete', 'ahead'), event('set_aside', 'agent', '{"reason":"run_ended"}'), event('set_aside', 'agent', '{}'), { ...event('run', 'x'), runId: 'unheard' }]))
  expect(records).toEqual([
    ['mephisto.answer.duration', 6, { blueprint: 'b' }],
    ['mephisto.answer.duration', 0, { blueprint: 'b' }],
    ['mephisto.events', 2, { event: 'complete', blueprint: 'b' }],
    ['mephisto.events', 1, { event: 'set_aside', blueprint: 'b', reason: 'run_ended' }],
    ['mephisto.events', 1, { event: 'set_aside', blueprint: 'b', reason: 'unknown' }],
    ['mephisto.events', 1, { event: 'run', blueprint: 'unknown' }],
  ])
  records.length = 0
  countEvents(SILENT, notice([event('complete')]))
  expect(records).toEqual([])
})

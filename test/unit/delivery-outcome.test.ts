import { describe, expect, test } from 'vitest'
import { backoffMs } from '../../sdk/operations/backoff.js'
import { deliveryOutcome } from '../../sdk/operations/webhooks/delivery-outcome.js'
import { webhookMessage } from '../../sdk/operations/webhooks/webhook-message.js'
import { WEBHOOK_EVENT_TYPES } from '../../sdk/protocol/webhook-events.js'

describe('waiting between tries', () => {
  const backoff = { firstMs: 1_000, mostMs: 60_000 }
  test('doubles up to the longest, of that between half and all', () => {
    expect([1, 2, 3, 6, 7, 8, 40, 2_000].map(tries => backoffMs(backoff, tries, 1))).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000, 60_000])
    expect([1, 2, 3].map(tries => backoffMs(backoff, tries, 0))).toEqual([500, 1_000, 2_000])
    expect(backoffMs(backoff, 1, 0.5)).toBe(750)
    expect(backoffMs(backoff, 0, 1)).toBe(1_000)
  })
})

describe('what a reply means', () => {
  const AT = Date.UTC(2026, 0, 1)
  const outcome = (status: number, { tries = 1, retryAfter = null as string | null } = {}) => deliveryOutcome({ status, retryAfter }, { tries, durationMs: 5, at: AT })

  test.each([200, 201, 202, 204, 299])('%i takes it', status => expect(outcome(status)).toEqual({ kind: 'done', result: { httpStatus: status, error: null, durationMs: 5 } }))
  test.each([100, 301, 302, 307, 400, 401, 404, 408, 410, 429, 500, 502, 503, 504, 0])('%i is tried again', status => expect(outcome(status)).toMatchObject({ kind: 'retry', result: { httpStatus: status } }))
  test.each([400, 401, 403, 404, 413, 422])('%i is given up after some minutes', status => expect([7, 8].map(tries => outcome(status, { tries }).kind)).toEqual(['retry', 'failed']))
  test.each([302, 408, 410, 425, 429, 500, 503])('%i is not', status => expect(outcome(status, { tries: 8 }).kind).toBe('retry'))
  test('a redirect says that it is not followed', () => expect(outcome(302).result).toMatchObject({ error: 'The receiver answered 302, a redirect, which is not followed.' }))
  test.each([
    ['120', 120_000], ['0', 0], [new Date(AT + 90_000).toUTCString(), 90_000], [new Date(AT - 90_000).toUTCString(), 0], ['soon', 0], ['-5', 0], ['999999999', 6 * 3_600_000], [null, 0],
  ])('Retry-After %s waits %i ms at least', (retryAfter, afterMs) => expect(outcome(503, { retryAfter })).toMatchObject({ afterMs }))
})

describe('messages', () => {
  const event = { streamId: 'agent-1', number: 2, runId: 'run-1', feed: 7, type: 'complete', body: '{"submission":"s-1","digest":"abc","by":"rita@lab.example","note":"x"}', hash: 'h', at: Date.UTC(2026, 0, 1) } as const
  const agent = { id: 'agent-1', runId: 'run-1', workerId: 'w-1', unitId: 'u-1', assignmentId: 'a-1', status: 'completed', fence: 1, acceptedAt: 1, endedAt: 2 } as const

  test('tell ids, and neither digests, names nor what else stands in the log', () => {
    expect(webhookMessage('hook-1', event, agent)).toEqual({
      id: expect.stringMatching(/^msg_[\da-f]{32}$/) as string, type: 'agent.complete', runId: 'run-1', feed: 7, at: '2026-01-01T00:00:00.000Z',
      data: { agentId: 'agent-1', unitId: 'u-1', assignmentId: 'a-1', workerId: 'w-1', submissionId: 's-1' },
    })
    expect(webhookMessage('hook-1', { ...event, streamId: 'run-1', type: 'withdraw', body: '{"unit":"u-2"}' }, undefined)).toMatchObject({ type: 'run.withdraw', data: { unitId: 'u-2' } })
    expect(webhookMessage('hook-1', { ...event, streamId: 'run-1', type: 'top_up', body: '{"id":"mine","of":"abc","rows":2,"units":4}' }, undefined).data).toEqual({ rows: 2, units: 4 })
  })

  test('have an id of the webhook and the event', () => {
    const idOf = (webhookId: string, feed: number) => webhookMessage(webhookId, { ...event, feed }, agent).id
    expect(idOf('hook-1', 7)).toBe(webhookMessage('hook-1', event, agent).id)
    expect(new Set([idOf('hook-1', 7), idOf('hook-2', 7), idOf('hook-1', 8)]).size).toBe(3)
  })

  test('are of types that can be asked for', () => {
    expect(WEBHOOK_EVENT_TYPES).toEqual(expect.arrayContaining(['agent.begin', 'agent.complete', 'agent.set_aside', 'agent.approve', 'agent.onboard', 'run.run', 'run.pause', 'run.complete', 'run.requeue', 'run.add', 'run.withdraw']))
    expect(new Set(WEBHOOK_EVENT_TYPES).size).toBe(WEBHOOK_EVENT_TYPES.length)
    for (const type of WEBHOOK_EVENT_TYPES) expect(type).toMatch(/^(?:agent|run)\.[a-z_]+$/)
  })
})

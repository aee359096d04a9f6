import { describe, expect, it } from 'vitest'
import { callQueue } from '../../sdk/client/call-queue.js'
import type { CallRequest } from '../../sdk/protocol/packet-views.js'
import { handClock } from './task-session-server.js'

const call = (callId: string): CallRequest => ({ callId, name: 'shout' })
const settle = () => new Promise(resolve => { setTimeout(resolve, 2) })

function stage(load: () => Promise<readonly CallRequest[]> = () => Promise.resolve([])) {
  const kept: string[] = []
  const delivering: { readonly id: string; done(): void; refused(message: string): void }[] = []
  const clock = handClock()
  const queue = callQueue({
    clock,
    store: {
      load,
      add: ({ callId }) => { kept.push(callId) },
      remove: callId => { kept.splice(kept.indexOf(callId), 1) },
      clear: () => { kept.length = 0 },
    },
    deliver: ({ callId }) => new Promise((resolve, reject) => {
      delivering.push({ id: callId, done: () => { resolve(null) }, refused: message => { reject(new Error(message)) } })
    }),
  })
  return { queue, kept, clock, delivering, ids: () => delivering.map(({ id }) => id) }
}

describe('calls', () => {
  it('are sent one after the other, and kept until the server has them', async () => {
    const { queue, kept, ids, delivering } = stage()
    queue.resend(() => undefined)
    const sent = ['a', 'b', 'c'].map(id => queue.send(call(id)))
    await settle()
    expect([ids(), kept]).toEqual([['a'], ['a', 'b', 'c']])
    for (const index of [0, 1, 2]) {
      delivering[index]?.done()
      await settle()
    }
    await Promise.all(sent)
    expect([ids(), kept]).toEqual([['a', 'b', 'c'], []])
  })

  it('are not held up by one that is refused, which is kept no more', async () => {
    const { queue, kept, ids, delivering } = stage()
    const first = queue.send(call('a'))
    void queue.send(call('b'))
    await settle()
    delivering[0]?.refused('no')
    await expect(first).rejects.toThrow('no')
    await settle()
    expect([ids(), kept]).toEqual([['a', 'b'], ['b']])
  })

  it('of before come first, and say what becomes of them', async () => {
    let loaded = (_kept: readonly CallRequest[]): void => undefined
    const { queue, ids, delivering } = stage(() => new Promise(resolve => { loaded = resolve }))
    const told: string[] = []
    queue.resend(({ callId }, sent) => { sent.then(() => told.push(`${callId} is there`), (error: unknown) => told.push(`${callId}: ${(error as Error).message}`)) })
    void queue.send(call('new'))
    await settle()
    expect(ids()).toEqual([])
    loaded([call('old-1'), call('old-2')])
    for (const index of [0, 1, 2]) {
      await settle()
      if (index === 1) delivering[index]?.refused('no')
      else delivering[index]?.done()
    }
    await settle()
    expect(ids()).toEqual(['old-1', 'old-2', 'new'])
    expect(told).toEqual(['old-1 is there', 'old-2: no'])
  })

  it('do not wait for a database that does not open, and lose nothing of what it holds', async () => {
    let loaded = (_kept: readonly CallRequest[]): void => undefined
    const { queue, ids, clock, delivering } = stage(() => new Promise(resolve => { loaded = resolve }))
    const told: string[] = []
    queue.resend(({ callId }) => { told.push(callId) })
    void queue.send(call('new'))
    await settle()
    clock.advance(1_000)
    await settle()
    expect(ids()).toEqual(['new'])
    delivering[0]?.done()
    loaded([call('old')])
    await settle()
    expect([ids(), told]).toEqual([['new', 'old'], ['old']])
  })

  it('stand before what this page made, also when they are found after it, until the server has them', async () => {
    let loaded = (_kept: readonly CallRequest[]): void => undefined
    const { queue, delivering } = stage(() => new Promise(resolve => { loaded = resolve }))
    queue.resend(() => undefined)
    void queue.send(call('new'))
    const unsent = (): string[] => queue.unsent().map(({ callId }) => callId)
    expect(unsent()).toEqual(['new'])
    loaded([call('old-1'), call('old-2')])
    await settle()
    expect(unsent()).toEqual(['old-1', 'old-2', 'new'])
    delivering[0]?.done()
    await settle()
    expect(unsent()).toEqual(['old-2', 'new'])
  })

  it('are kept no more when the attempt is over', async () => {
    const { queue, kept } = stage()
    void queue.send(call('a'))
    await settle()
    queue.clear()
    expect(kept).toEqual([])
  })
})

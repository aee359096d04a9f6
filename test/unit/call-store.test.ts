import 'fake-indexeddb/auto'
import { clear, createStore, entries } from 'idb-keyval'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { callStore, type CallStoreKey } from '../../sdk/client/call-store.js'

const OF: CallStoreKey = { baseUrl: 'https://app.example/mephisto/', runId: 'run', worker: 'ann', agentId: 'one' }
const call = (callId: string, input: unknown = null) => ({ callId, name: 'shout', input })
const idsOf = async (of: Partial<CallStoreKey> = {}) => (await callStore({ ...OF, ...of }).load()).map(({ callId }) => callId)
const database = createStore('mephisto-calls', 'calls')
const attempts = async () => (await entries<string[], object>(database)).map(([key]) => key[3])
const until = (check: () => Promise<void>) => vi.waitFor(check, { interval: 2 })

beforeEach(() => clear(database))

describe('calls on the device', () => {
  it('are there for the next page, whole and in order', async () => {
    const store = callStore(OF)
    expect(await store.load()).toEqual([])
    store.add(call('a', { text: 'ä' }))
    store.add({ callId: 'b', name: 'nothing' })
    store.add(call('c'))
    store.remove('b')
    expect(await callStore(OF).load()).toEqual([call('a', { text: 'ä' }), call('c')])
  })

  it('are those of one attempt of one worker at one run', async () => {
    const others = [{ baseUrl: 'https://other.example/' }, { runId: 'other' }, { worker: 'ann,one' }, { worker: 'ben' }]
    for (const other of [{}, ...others]) callStore({ ...OF, ...other }).add(call(JSON.stringify(other)))
    for (const other of [{}, ...others]) expect(await idsOf(other)).toEqual([JSON.stringify(other)])
  })

  it('are added by two tabs without losing any', async () => {
    const [one, other] = [callStore(OF), callStore(OF)]
    for (let index = 0; index < 20; index += 1) (index % 2 === 0 ? one : other).add(call(`call-${String(index)}`))
    one.remove('call-1')
    other.remove('call-0')
    expect(await idsOf()).toEqual(Array.from({ length: 18 }, (_, index) => `call-${String(index + 2)}`))
  })

  it('are gone when the attempt is over, and when the worker has another at the run', async () => {
    const store = callStore(OF)
    store.add(call('a'))
    store.clear()
    expect(await idsOf()).toEqual([])
    store.add(call('b'))
    expect(await idsOf({ agentId: 'two' })).toEqual([])
    expect(await idsOf()).toEqual([])
  })
})

describe('what is kept at most', () => {
  it('is so many calls', async () => {
    const store = callStore(OF)
    for (let index = 0; index < 205; index += 1) store.add(call(`call-${String(index)}`))
    expect((await idsOf()).at(-1)).toBe('call-199')
    store.remove('call-7')
    store.add(call('late'))
    expect((await idsOf()).at(-1)).toBe('late')
  })

  it('is so many characters', async () => {
    const store = callStore(OF)
    store.add(call('a', 'x'.repeat(300_000)))
    store.add(call('too much', 'x'.repeat(300_000)))
    store.add(call('b', 'x'.repeat(100_000)))
    expect(await idsOf()).toEqual(['a', 'b'])
  })

  it('is so many attempts: the oldest go, and never the one in hand', async () => {
    for (let index = 0; index < 25; index += 1) {
      const store = callStore({ ...OF, runId: `run-${String(index)}`, agentId: `agent-${String(index)}` })
      await store.load()
      store.add(call('a'))
    }
    expect(await idsOf({ runId: 'run-3', agentId: 'agent-3' })).toEqual([])
    expect(await idsOf({ runId: 'run-24', agentId: 'agent-24' })).toEqual(['a'])
    await until(async () => { expect((await attempts()).length).toBeLessThanOrEqual(21) })
    expect(await idsOf({ runId: 'run-10', agentId: 'agent-10' })).toEqual(['a'])
    expect(await attempts()).toContain('agent-10')
  })
})

it('passes over what it cannot read', async () => {
  callStore(OF).add(call('a'))
  await idsOf()
  await database('readwrite', store => { store.put({ sequence: 1, calls: ['{'] }, [OF.baseUrl, OF.runId, OF.worker, OF.agentId]) })
  expect(await idsOf()).toEqual([])
})

import { expect, test } from 'vitest'
import { implement } from '../../sdk/index.js'
import { observedHooks } from '../../sdk/operations/observing/observed-hooks.js'
import { createObserver, SILENT } from '../../sdk/operations/observing/observer.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'
import { sentiment } from '../sentiment.js'

test('a blueprint that is observed has everything that it had, and each hook says how it went', async () => {
  const implementation = implement(sentiment, {
    sharedState: () => ({ lexicon: 1 }), validateLaunch: () => undefined, agentState: { derive: () => ({}) },
    judge: () => true, passesAttention: () => { throw new Error('no') }, workerCanDoUnit: () => Promise.resolve(false), onUnitSubmitted: () => undefined,
  })
  const records: string[] = []
  const observer = createObserver([{ specVersion: 1, record: (name, value, { hook = '', outcome }) => { records.push(outcome === undefined ? `${hook} ${String(value)}` : `${hook} ${outcome}`) } }], silentLogger)
  const observed = observedHooks(implementation, observer)
  expect(Object.keys(observed.server)).toEqual(Object.keys(implementation.server))
  expect(observed).toMatchObject({ blueprint: sentiment, schemaHash: implementation.schemaHash, server: { agentState: implementation.server.agentState } })
  expect(await observed.server.sharedState?.({ task: 't', args: null })).toEqual({ lexicon: 1 })
  expect(await observed.server.workerCanDoUnit?.({} as never, {} as never)).toBe(false)
  await expect(observed.server.passesAttention?.({}, {} as never)).rejects.toThrow('no')
  expect(records).toEqual(['sharedState 1', 'sharedState ok', 'sharedState -1', 'workerCanDoUnit 1', 'workerCanDoUnit ok', 'workerCanDoUnit -1', 'passesAttention 1', 'passesAttention failed', 'passesAttention -1'])
  expect(observedHooks(implementation, SILENT)).toBe(implementation)
})

import { describe, expect, test } from 'vitest'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { mock, mockCrowd } from '../../sdk/providers/mock.js'
import type { OpenRun, ProviderCall } from '../../sdk/providers/publishing.js'
import { providerContract } from '../../sdk/testing/index.js'

describe('the mock provider', () => {
  providerContract({
    test,
    open: () => {
      const crowd = mockCrowd()
      return Promise.resolve({ provider: mock({ crowd }), shown: () => Promise.resolve(crowd.listings()), close: () => Promise.resolve() })
    },
  })
})

describe('the mock provider that counts places', () => {
  providerContract({
    test,
    open: () => {
      const crowd = mockCrowd()
      return Promise.resolve({ provider: mock({ crowd, countsPlaces: true }), shown: () => Promise.resolve(crowd.listings()), close: () => Promise.resolve() })
    },
  })
})

describe('the in-house provider', () => {
  providerContract({ test, open: () => Promise.resolve({ provider: inhouse(), shown: () => Promise.resolve([]), close: () => Promise.resolve() }) })
})

const RUN: OpenRun = {
  runId: 'r', task: 't', title: 't', description: '', requester: 'lab', pay: { minor: 1, currency: 'USD' }, leaseMs: 1, taskUrl: 'http://x', ref: null,
}
const callOf = (key: string, signal = new AbortController().signal): ProviderCall => ({ key, signal, context: { now: Date.now, newId: () => 'id', key: new Uint8Array(32) } })
const unit = { unitId: 'u', assignmentId: 'a', run: RUN }
const publish = (provider: ReturnType<typeof mock>, call = callOf('k')) => provider.publishUnit?.(unit, call)

describe('what goes wrong on purpose', () => {
  test.each([['fail', 0, /failed before/], ['lose_reply', 1, /connection was lost/], ['refuse', 0, /refused publishUnit/]] as const)('%s leaves %i there, once', async (kind, listed, message) => {
    const crowd = mockCrowd()
    const provider = mock({ crowd })
    provider.fail({ on: 'publishUnit', kind })
    await expect(publish(provider)).rejects.toThrow(message)
    expect(crowd.listings()).toHaveLength(listed)
    await publish(provider)
    expect(crowd.listings()).toHaveLength(1)
    expect(crowd.calls).toHaveLength(listed + 1)
  })

  test('hang ends with the call\'s time, slow takes longer, and both are for whom they are about', async () => {
    const crowd = mockCrowd()
    const provider = mock({ crowd })
    provider.fail({ on: 'publishUnit', kind: 'hang', about: 'u' })
    provider.fail({ on: 'publishUnit', kind: 'slow', ms: 60, about: 'u' })
    await provider.publishUnit?.({ ...unit, unitId: 'other' }, callOf('other'))
    await expect(publish(provider, callOf('k', AbortSignal.timeout(20)))).rejects.toThrow(/timeout/)
    const started = performance.now()
    await publish(provider)
    expect(performance.now() - started).toBeGreaterThan(50)
    expect(crowd.listings()).toHaveLength(2)
  })

  test('a crowd that ignores keys has twice what was published twice', async () => {
    const crowd = mockCrowd({ ignoresKeys: true })
    const provider = mock({ crowd })
    await publish(provider)
    await publish(provider)
    expect(crowd.listings().map(({ about }) => about)).toEqual(['u', 'u'])
  })
})

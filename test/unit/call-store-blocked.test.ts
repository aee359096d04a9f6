import { afterEach, expect, it, vi } from 'vitest'
import { callStore } from '../../sdk/client/call-store.js'

// A device that keeps nothing: a server, a private window, a frame that may not.

afterEach(() => { vi.unstubAllGlobals() })

it.each([
  ['there is no database', undefined],
  ['the page may not open it', { open: () => { throw new Error('SecurityError') } }],
  ['it fails to open', { open: () => {
    const request: { error: Error; onerror?: () => void } = { error: new Error('UnknownError') }
    setTimeout(() => request.onerror?.(), 1)
    return request
  } }],
])('keeps nothing and complains of nothing where %s', async (_what, indexedDB) => {
  vi.stubGlobal('indexedDB', indexedDB)
  const store = callStore({ baseUrl: '/', runId: 'run', worker: 'ann', agentId: 'one' })
  store.add({ callId: 'a', name: 'shout' })
  store.remove('a')
  store.clear()
  expect(await store.load()).toEqual([])
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reportError } from '../../sdk/client/report-error.js'

beforeEach(() => { vi.stubGlobal('window', { location: { origin: 'https://app.example', pathname: '/work' } }) })
afterEach(() => { vi.unstubAllGlobals() })

test('an error is told without the links that addresses hold, and with its places', async () => {
  const told: unknown[] = []
  const ask = vi.fn((_: string, request: object) => {
    told.push(request)
    return Promise.resolve({})
  })
  const error = new TypeError('no such thing at https://app.example/work?x=1#provider=inhouse&credential=secret here')
  error.stack = 'TypeError: no\n    at draw (https://app.example/work#provider=inhouse&credential=secret:12:5)\n    at https://app.example/page.js?v=7:3:9\n    at run (https://app.example/other.js:1:2)'
  reportError(ask, error, 'https://app.example/work?worker=ann#credential=secret:9')
  expect(told).toMatchObject([{ remark: {
    kind: 'error', message: 'TypeError: no such thing at https://app.example/work here', at: 'https://app.example/work:9',
    stack: 'TypeError: no\n    at draw (https://app.example/work:12:5)\n    at https://app.example/page.js:3:9\n    at run (https://app.example/other.js:1:2)',
  } }])
  reportError(ask, error)
  expect(ask).toHaveBeenCalledTimes(1)
})

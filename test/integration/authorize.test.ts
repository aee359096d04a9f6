import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type Principal } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
let run: TaskRun
let authorize: (request: Request) => unknown
let logged: unknown[]

beforeEach(async () => {
  logged = []
  mephisto = await createTestMephisto({
    blueprints: [implement(sentiment)], authorize: request => authorize(request) as Principal | null,
    logger: { info: () => undefined, warn: () => undefined, error: fields => { logged.push(fields) } },
  })
  run = await mephisto.operator.launch(sentiment, sentimentRun(1))
})
afterEach(() => mephisto.close())

const get = (path: string) => mephisto.handler(new Request(`http://test.invalid/mephisto/${path}`))

describe('authorize', () => {
  test.each([
    ['throws', () => { throw new TypeError('cookies is undefined') }],
    ['returns a role that is none', () => ({ id: 'a', name: 'A', roles: ['admin'] })],
    ['returns no list of roles', () => ({ name: 'A', role: 'reviewer' })],
    ['returns a name that cannot be stored', () => ({ id: 'a', name: 'half \ud800', roles: [] })],
  ])('that %s lets nobody in, and the log says what is wrong while the caller is told nothing of it', async (_, wrong) => {
    authorize = wrong
    for (const path of ['trpc/runs.list', `export/${run.id}.csv`]) {
      const response = await get(path)
      expect(response.status).toBe(500)
      expect(await response.text()).not.toMatch(/authorize|cookies/)
    }
    expect(logged).toHaveLength(2)
    expect((logged[0] as { err: Error }).err.message).toContain('authorize()')
  })

  test.each([null, undefined])('that returns %s refuses', async nobody => {
    authorize = () => nobody
    expect((await get('trpc/runs.list')).status).toBe(401)
    expect(logged).toEqual([])
  })
})

test('an operator invites over the client, and nobody else does', async () => {
  const caller = (role: Principal['roles'][number]) => mephisto.caller({ id: 'x', name: 'X', roles: [role] })
  const link = await caller('operator').runs.invite({ run: run.id, worker: 'ann' })
  expect(link.url).toMatch(/^http:\/\/test\.invalid\/work#provider=inhouse&credential=/)
  await expect(caller('reviewer').runs.invite({ run: run.id, worker: 'ann' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(caller('viewer').review.queue({ run: 'nowhere' })).rejects.toMatchObject({ cause: { code: 'not_found' } })
})

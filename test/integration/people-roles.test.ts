import { expect, test } from 'vitest'
import { implement, type Principal } from '../../sdk/index.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { sentiment } from '../sentiment.js'

const [ANN, BEN] = ['ann', 'ben'].map(externalId => ({ provider: 'inhouse', externalId }))
const requestId = (): string => crypto.randomUUID()

test('over HTTP, a viewer looks, a reviewer also decides about people, an operator does everything', async () => {
  let who: Principal | null = null
  const stage = await createTestMephisto({ blueprints: [implement(sentiment)], authorize: () => who })
  const post = async (procedure: string, input: object): Promise<number> => (await stage.handler(new Request(`http://test.invalid/mephisto/trpc/people.${procedure}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: requestId(), ...input }),
  }))).status
  const get = async (procedure: string): Promise<number> => (await stage.handler(new Request(`http://test.invalid/mephisto/trpc/people.${procedure}`))).status
  const tried = async (): Promise<number[]> => [
    await get('workers'), await post('makeQualification', { name: requestId() }), await post('grant', { qualification: 'english', people: [ANN] }), await post('block', { people: [BEN], scope: 'everywhere', reason: 'spam' }),
  ]
  await stage.people.makeQualification(OLGA, { requestId: requestId(), name: 'english' })
  const statuses = []
  for (const principal of [null, { ...VERA, roles: [] }, VERA, RITA, OLGA]) {
    who = principal
    statuses.push(await tried())
  }
  expect(statuses).toEqual([[401, 401, 401, 401], [403, 403, 403, 403], [200, 403, 403, 403], [200, 403, 200, 200], [200, 200, 200, 200]])
  expect(await post('grant', { qualification: 'english', people: [] })).toBe(400)
  expect(await post('grant', { qualification: 'danish', people: [ANN] })).toBe(404)
  expect(await post('makeQualification', { name: 'english' })).toBe(409)
  await stage.close()
})

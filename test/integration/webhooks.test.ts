import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, type Principal } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], webhooks: { allowPrivate: ['inside:8080'] } }) })
afterEach(() => mephisto.close())

const requestId = (): string => crypto.randomUUID()
const create = (change: object = {}) => mephisto.webhooks.create(OLGA, { requestId: requestId(), url: 'https://hooks.example/a', ...change })
const refused = (code: string, words = '') => ({ code, message: expect.stringContaining(words) as string })

describe('a webhook', () => {
  test('is made with a secret that is told once, listed without it, and kept encrypted', async () => {
    const request = { requestId: requestId(), url: 'https://Hooks.example', eventTypes: ['run.complete', 'agent.complete'] }
    const { webhook, secret } = await mephisto.webhooks.create(OLGA, request)
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/)
    expect(webhook).toEqual({
      id: webhook.id, url: 'https://hooks.example/', eventTypes: request.eventTypes, scope: 'all', scopeId: null, status: 'active', pauseReason: null, failingSince: null,
      secretVersion: 1, previousSecretUntil: null, by: 'olga', createdAt: new Date(mephisto.runtime.now()).toISOString(),
    })
    expect(await mephisto.webhooks.list()).toEqual({ webhooks: [webhook], nextCursor: null })
    expect(await mephisto.webhooks.get(webhook.id)).toEqual(webhook)
    const kept = [await mephisto.db.webhooks.get(webhook.id), await mephisto.db.audit.get(request.requestId)]
    expect(JSON.stringify(kept)).not.toContain(secret?.slice(6, 40))
    expect(kept[1]).toMatchObject({ actorId: 'olga', action: 'create_webhook', subject: 'webhook', subjectId: webhook.id })
  })

  test('is made once for a request, also of several at once; the repeat is told the secret until it is replaced', async () => {
    const request = { requestId: requestId(), url: 'https://hooks.example/' }
    const replies = await Promise.all([1, 2, 3].map(() => mephisto.webhooks.create(OLGA, request)))
    expect(new Set(replies.map(reply => JSON.stringify(reply))).size).toBe(1)
    const [{ webhook, secret } = { webhook: { id: '' }, secret: null }] = replies
    const rotated = await mephisto.webhooks.rotate(OLGA, { requestId: requestId(), webhookId: webhook.id })
    expect(rotated.secret).not.toBe(secret)
    expect(rotated.webhook).toMatchObject({ secretVersion: 2, previousSecretUntil: new Date(mephisto.runtime.now() + 86_400_000).toISOString() })
    expect(await mephisto.webhooks.create(OLGA, request)).toEqual({ webhook, secret: null })
    await expect(mephisto.webhooks.create(OLGA, { ...request, url: 'https://other.example/' })).rejects.toMatchObject(refused('conflict', 'another request'))
    expect((await mephisto.webhooks.list()).webhooks).toHaveLength(1)
  })

  test('is of a project, task or run by id or name; what there is not is refused', async () => {
    const run = await mephisto.operator.launch(sentiment, sentimentRun(1))
    expect((await create({ scope: 'task', scopeId: 'tweets' })).webhook).toMatchObject({ scope: 'task', scopeId: run.taskId })
    expect((await create({ scope: 'run', scopeId: run.id })).webhook).toMatchObject({ scopeId: run.id })
    await expect(create({ scope: 'project', scopeId: 'none' })).rejects.toMatchObject(refused('not_found', 'no project "none"'))
    await expect(create({ scope: 'run' })).rejects.toMatchObject(refused('invalid_input', 'scopeId: must name'))
    await expect(create({ scopeId: 'x' })).rejects.toMatchObject(refused('invalid_input', 'scopeId'))
    await expect(create({ eventTypes: ['complete'] })).rejects.toMatchObject(refused('invalid_input', 'agent.complete'))
    await expect(create({ eventTypes: [] })).rejects.toMatchObject(refused('invalid_input', 'eventTypes'))
  })

  test('is not made to what is not public, unless the instance allows it', async () => {
    for (const url of ['https://127.0.0.1/', 'https://10.1/', 'https://[::1]/', 'https://localhost/', 'http://hooks.example/', 'http://inside:8081/']) {
      await expect(create({ url })).rejects.toMatchObject(refused('invalid_input', 'url: '))
    }
    expect((await create({ url: 'http://inside:8080/a' })).webhook.url).toBe('http://inside:8080/a')
    expect((await mephisto.webhooks.list()).webhooks).toHaveLength(1)
  })

  test('is paused with a reason, resumed and deleted, each act once and in the trail', async () => {
    const { webhook } = await create()
    const of = () => ({ requestId: requestId(), webhookId: webhook.id })
    expect((await mephisto.webhooks.pause(OLGA, { ...of(), reason: 'moving house' })).webhook).toEqual({ ...webhook, status: 'paused', pauseReason: 'moving house' })
    expect((await mephisto.webhooks.list({ status: 'active' })).webhooks).toEqual([])
    expect((await mephisto.webhooks.resume(OLGA, of())).webhook).toEqual(webhook)
    const gone = of()
    expect([await mephisto.webhooks.delete(OLGA, gone), await mephisto.webhooks.delete(OLGA, gone)]).toEqual([{ webhook }, { webhook }])
    expect((await mephisto.db.audit.get(gone.requestId))?.action).toBe('delete_webhook')
    for (const act of ['pause', 'resume', 'delete', 'rotate'] as const) await expect(mephisto.webhooks[act](OLGA, of())).rejects.toMatchObject(refused('not_found', webhook.id))
    await expect(mephisto.webhooks.get(webhook.id)).rejects.toMatchObject(refused('not_found'))
    await expect(mephisto.webhooks.deliveries({ webhookId: webhook.id })).rejects.toMatchObject(refused('not_found'))
  })

  test('is replayed only from where its run has come to, or deliveries of its own', async () => {
    const { webhook } = await create()
    const run = await mephisto.operator.launch(sentiment, sentimentRun(1))
    const replay = (what: object) => mephisto.webhooks.replay(OLGA, { requestId: requestId(), webhookId: webhook.id, ...what })
    await expect(replay({ runId: run.id, fromFeed: 99 })).rejects.toMatchObject(refused('invalid_input', 'has come to'))
    await expect(replay({ runId: requestId(), fromFeed: 1 })).rejects.toMatchObject(refused('invalid_input', 'nothing has happened'))
    await expect(replay({ deliveryIds: [requestId()] })).rejects.toMatchObject(refused('not_found', 'no delivery'))
    for (const what of [{}, { runId: run.id }, { fromFeed: 1 }, { runId: run.id, fromFeed: 0 }, { runId: run.id, fromFeed: 1, deliveryIds: ['x'] }]) {
      await expect(replay(what)).rejects.toMatchObject(refused('invalid_input'))
    }
    expect(await replay({ runId: run.id, fromFeed: 1 })).toEqual({ webhookId: webhook.id, replayed: 0 })
  })
})

test('over HTTP, webhooks are for operators alone', async () => {
  let who: Principal | null = null
  const stage = await createTestMephisto({ blueprints: [implement(sentiment)], authorize: () => who })
  const list = async (): Promise<number> => (await stage.handler(new Request('http://test.invalid/mephisto/trpc/webhooks.list'))).status
  const make = async (): Promise<Response> => stage.handler(new Request('http://test.invalid/mephisto/trpc/webhooks.create', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: requestId(), url: 'https://hooks.example/' }),
  }))
  const statuses = []
  for (const principal of [null, RITA, OLGA]) {
    who = principal
    statuses.push([await list(), (await make()).status])
  }
  expect(statuses).toEqual([[401, 401], [403, 403], [200, 200]])
  expect(await (await make()).json()).toMatchObject({ result: { data: { secret: expect.stringMatching(/^whsec_/) as string, webhook: { by: 'olga' } } } })
  expect(JSON.stringify(await stage.webhooks.list())).not.toContain('whsec_')
  await stage.close()
})

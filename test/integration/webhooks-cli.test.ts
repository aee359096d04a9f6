import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, type WebhookView } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { runCommand } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'
import { isSignedWith, startReceiver, type Receiver } from '../webhook-receiver.js'

const SECRET = 'a secret for tests that is long enough'
let folder: string
let file: string
let mephisto: TestMephisto
let receiver: Receiver
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-hooks-'))
  file = join(folder, 'hooks.db')
  receiver = await startReceiver()
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], file, webhooks: { allowPrivate: [receiver.host] } })
  // The command line goes by the real clock.
  mephisto.runtime.advance(Date.now() + 60_000 - mephisto.runtime.now())
})
afterEach(async () => {
  await mephisto.close()
  await receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

const command = (...words: string[]) => runCommand('webhooks', ...words, '--db', file)
const json = async <T>(...words: string[]): Promise<T> => {
  const { code, out, err } = await command(...words, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as T
}
const create = (...words: string[]) => json<{ webhook: WebhookView; secret: string }>('create', receiver.url, '--allow-private', receiver.host, '--secret', SECRET, ...words)

test('webhooks are made, told by the instance, looked at, paused, resumed, replayed and deleted', async () => {
  expect(await command('list')).toEqual({ code: 0, out: '', err: '' })
  const { webhook: { id }, secret } = await create('--types', 'run.run', 'run.pause')
  expect((await command()).out).toBe(`${id}  active  ${receiver.url}  all: run.run, run.pause\n`)
  expect(await json('list')).toMatchObject({ id, by: `cli:${userInfo().username}` })
  const run = await mephisto.operator.launch(sentiment, sentimentRun(1))
  await mephisto.operator.tick()
  expect(receiver.received.map(delivery => isSignedWith(secret, delivery))).toEqual([true])
  const { out } = await command('deliveries', id)
  expect(out).toMatch(new RegExp(`^[\\da-f-]{36}  delivered  ${run.id} 1  run\\.run  1 tries  200\\n$`))
  expect((await command('replay', id, '--run', run.id, '--from', '1')).out).toBe(`Tells webhook ${id} 1 events again.\n`)
  await mephisto.operator.tick()
  expect(await json('replay', id, '--delivery', (await json<{ id: string }>('deliveries', id)).id)).toEqual({ webhookId: id, replayed: 1 })
  expect((await command('pause', id, '--reason', 'moving house')).out).toBe(`Paused webhook ${id}.\n`)
  expect(await json('deliveries', id, '--status', 'held', '--run', run.id)).toMatchObject({ status: 'held' })
  expect((await command('list')).out).toContain('(moving house)')
  expect((await command('resume', id)).out).toBe(`Resumed webhook ${id}.\n`)
  await mephisto.operator.tick()
  expect(receiver.received).toHaveLength(3)
  const rotated = await json<{ secret: string }>('rotate', id, '--overlap-hours', '0', '--secret', SECRET)
  await mephisto.operator.pause(run.id)
  await mephisto.operator.tick()
  expect(receiver.received.slice(-1).map(delivery => [isSignedWith(secret, delivery), isSignedWith(rotated.secret, delivery)])).toEqual([[false, true]])
  expect((await command('delete', id)).out).toBe(`Deleted webhook ${id}.\n`)
  expect((await command('list')).out).toBe('')
})

test('the same request is done once', async () => {
  const [one, two] = [await create('--request-id', 'from-a-script-1'), await create('--request-id', 'from-a-script-1')]
  expect(two).toEqual(one)
  expect((await mephisto.webhooks.list()).webhooks).toHaveLength(1)
})

test.each([
  ['no secret of the instance', ['create', 'https://hooks.example/'], 1, 'MEPHISTO_SECRET'], ['an address inside', ['create', 'https://10.1/', '--secret', SECRET], 1, '"10.0.0.1" is not a public address'],
  ['an unknown type', ['create', 'https://hooks.example/', '--secret', SECRET, '--types', 'complete'], 1, 'agent.complete'], ['an unknown scope', ['create', 'https://hooks.example/', '--scope', 'galaxy'], 2, 'Allowed choices'],
  ['an unknown run', ['create', 'https://hooks.example/', '--secret', SECRET, '--scope', 'run', '--in', 'none'], 1, 'no run "none"'], ['an unknown webhook', ['pause', 'none'], 1, 'no webhook none'],
  ['nothing to replay', ['replay', 'none'], 1, 'deliveryIds'], ['a feed number of 0', ['replay', 'none', '--run', 'x', '--from', '0'], 2, '1 or more'],
])('%s is refused', async (_, words, code, sentence) => {
  expect(await command(...words)).toMatchObject({ code, err: expect.stringContaining(sentence) as string })
  expect((await mephisto.webhooks.list()).webhooks).toEqual([])
})

import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { WebhookOperations } from '../ports/webhook-operations.js'
import { addRun, AT, ids, moveRun, NOWHERE, rejects, type DatabaseTest } from './entity-fixture.js'

type NewWebhook = Parameters<WebhookOperations['create']>[0]

/** Webhooks, and how far each has come in every run's feed. */
export function webhookContract(withDb: DatabaseTest): void {
  withDb('keeps a webhook as it was given, changes and removes it', async db => {
    const webhook = newWebhook({ eventTypes: ['run.complete'], scope: 'run', scopeId: NOWHERE })
    await db.webhooks.create(webhook)
    const row = { ...webhook, status: 'active', pauseReason: null, secretVersion: 1, previousSecret: null, previousUntil: null, failingSince: null }
    assert.deepEqual(await db.webhooks.get(webhook.id), row)
    await rejects(db.webhooks.create(webhook), 'already_exists')
    const change = { status: 'paused', pauseReason: 'ü 😀', secret: 'new', secretVersion: 2, previousSecret: 'sealed', previousUntil: AT + 5, failingSince: AT } as const
    await db.webhooks.update(webhook.id, change)
    assert.deepEqual(await db.webhooks.get(webhook.id), { ...row, ...change })
    await db.webhooks.update(webhook.id, {})
    await db.webhooks.update(webhook.id, { failingSince: null })
    assert.deepEqual(await db.webhooks.get(webhook.id), { ...row, ...change, failingSince: null })
    await rejects(db.webhooks.update(NOWHERE, { failingSince: AT }), 'not_found')
    assert.deepEqual(ids(await db.webhooks.find({ filter: { statuses: ['paused'] } })), [webhook.id])
    assert.deepEqual(ids(await db.webhooks.find({ filter: { statuses: ['active'] } })), [])
    assert.equal(await db.webhooks.delete(webhook.id), true)
    assert.equal(await db.webhooks.delete(webhook.id), false)
    assert.equal(await db.webhooks.get(webhook.id), null)
  })

  withDb('is behind in runs of its scope where something happened since it was made', async db => {
    const projectId = v7()
    await db.projects.create({ id: projectId, name: 'project', at: AT })
    const one = await addRun(db, { name: 'one', projectId })
    const webhooks = [
      newWebhook({}), newWebhook({ scope: 'run', scopeId: one.runId }), newWebhook({ scope: 'task', scopeId: one.taskId }), newWebhook({ scope: 'project', scopeId: projectId }),
      newWebhook({ scope: 'run', scopeId: NOWHERE }), newWebhook({ scope: 'project', scopeId: one.taskId }),
    ]
    for (const webhook of webhooks) await db.webhooks.create(webhook)
    assert.deepEqual(await behind(db), [])
    const other = await addRun(db, { name: 'other' })
    assert.deepEqual(await behind(db), [{ webhookId: webhooks[0]?.id, eventTypes: null, runId: other.runId, feed: 0 }])
    await db.transaction(tx => moveRun(tx, one.runId, 'completed'))
    const ofOne = await behind(db, { runIds: [one.runId] })
    assert.deepEqual(ofOne.map(row => [row.webhookId, row.feed]).sort(), webhooks.slice(0, 4).map(({ id }) => [id, 1]).sort())
    assert.equal((await behind(db)).length, 5)
    assert.equal((await behind(db, { limit: 2 })).length, 2)
    assert.deepEqual(await behind(db, { runIds: [] }), [])
    await db.webhooks.update(webhooks[0]?.id ?? '', { status: 'paused' })
    assert.equal((await behind(db)).length, 3)
  })

  withDb('skips what is in a run that came from elsewhere, and is told what follows', async db => {
    const webhook = newWebhook({})
    await db.webhooks.create(webhook)
    const [one, other] = [await addRun(db, { name: 'one' }), await addRun(db, { name: 'other' })]
    for (let time = 0; time < 2; time += 1) await db.webhooks.skip(one.runId)
    assert.deepEqual((await behind(db)).map(({ runId }) => runId), [other.runId])
    assert.equal(await db.webhooks.position({ webhookId: webhook.id, runId: one.runId }), 1)
    await db.transaction(tx => moveRun(tx, one.runId, 'completed'))
    assert.deepEqual((await behind(db, { runIds: [one.runId] })).map(({ feed }) => feed), [1])
    await db.webhooks.skip(NOWHERE)
  })

  withDb('moves on in a feed from where it is, one at a time', async db => {
    const webhook = newWebhook({})
    await db.webhooks.create(webhook)
    const { runId } = await addRun(db)
    const of = { webhookId: webhook.id, runId }
    assert.equal(await db.webhooks.position(of), null)
    const moved = await Promise.all([1, 2, 3].map(() => db.transaction(tx => tx.webhooks.advance(of, 0, 1))))
    assert.deepEqual(moved.filter(Boolean).length, 1)
    assert.equal(await db.webhooks.position(of), 1)
    assert.deepEqual(await behind(db), [])
    assert.equal(await db.webhooks.advance(of, 5, 6), false)
    assert.equal(await db.webhooks.advance(of, 1, 0), true)
    assert.equal((await behind(db)).length, 1)
    assert.equal(await db.webhooks.advance({ webhookId: NOWHERE, runId }, 0, 1), false)
    await db.webhooks.delete(webhook.id)
    assert.equal(await db.webhooks.position(of), null)
  })

  withDb('is not behind where enough deliveries wait', async db => {
    const webhook = newWebhook({})
    await db.webhooks.create(webhook)
    const { runId } = await addRun(db)
    const call = (position: number) => ({ id: v7(), callKey: `k${String(position)}`, topic: 'webhook', body: '{}', subjectId: webhook.id, lane: { id: runId, position } })
    await db.outbox.enqueue([call(1), call(2)], AT)
    assert.deepEqual(await behind(db, { most: 2 }), [])
    assert.equal((await behind(db, { most: 3 })).length, 1)
    assert.equal((await behind(db, { most: 1, topic: 'other' })).length, 1)
  })
}

function newWebhook(change: Partial<NewWebhook>): NewWebhook {
  return { id: v7(), url: 'https://hooks.example/a?b=1', eventTypes: null, scope: 'all', scopeId: null, secret: 'sealed', actorId: 'olga', createdAt: AT, ...change }
}

function behind(db: MephistoDb, change: Partial<Parameters<WebhookOperations['behind']>[0]> = {}): ReturnType<WebhookOperations['behind']> {
  return db.webhooks.behind({ topic: 'webhook', most: 10, limit: 10, ...change })
}

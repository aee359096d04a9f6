import { createTRPCClient, httpLink } from '@trpc/client'
import { expect, test } from 'vitest'
import type { SessionEntryView } from '../../sdk/protocol/data-views.js'
import type { AppRouter } from '../../sdk/rpc/router.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { hears, settled, until, type Debater } from '../live-stage.js'
import { OLGA } from '../principals.js'
import { helping } from '../sessions-blueprint.js'

// What was said at a unit, as the operator reads it.

let opened: OpenedLive
liveEachTest(given => { opened = given })

const unitOf = async ({ agentId }: Pick<Debater, 'agentId'>): Promise<string> => (await opened.stage.db.units.placesOfAgents([agentId])).get(agentId)?.unit?.id ?? ''
async function log(unit: string): Promise<readonly SessionEntryView[]> {
  const entries: SessionEntryView[] = []
  for await (const entry of opened.stage.mephisto.data.session(unit)) entries.push(entry)
  return entries
}
/** The same over HTTP, so many at a time. */
async function pages(unit: string, limit: number): Promise<readonly SessionEntryView[]> {
  const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${opened.stage.origin}/mephisto/trpc` })] })
  const entries: SessionEntryView[] = []
  for (let after: number | null = 0; after !== null;) {
    const page: { entries: SessionEntryView[]; nextAfter: number | null } = await client.data.session.query({ unit, after, limit })
    expect(page.entries.length).toBeLessThanOrEqual(limit)
    entries.push(...page.entries)
    after = page.nextAfter
  }
  return entries
}

test('work together has one for all its units, with who said what to whom, and what was erased marked', async () => {
  const { stage } = opened
  const run = await stage.debate({ live: { absenceMs: 3_600_000 } })
  const [ann, ben] = [await stage.come('ann', run), await stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  await ann.act('say', { text: 'one' })
  await ben.act('whisper', { to: 0, text: 'psst' })
  await hears(ann, 'Contra: psst')
  const [unit, other] = [await unitOf(ann), await unitOf(ben)]
  const entries = await settled(() => log(unit))
  expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => index + 1))
  expect(entries).toContainEqual(expect.objectContaining({ kind: 'action', name: 'say', from: ann.agentId, body: { text: 'one' }, isErased: false }))
  expect(entries).toContainEqual(expect.objectContaining({ kind: 'message', name: 'said', from: null, to: null, body: { by: 'Pro', text: 'one' } }))
  expect(entries).toContainEqual(expect.objectContaining({ kind: 'message', from: null, to: ann.agentId, body: { by: 'Contra', text: 'psst' } }))
  expect(await log(other)).toEqual(entries)
  for (const limit of [1, 3, entries.length, 1000]) expect(await pages(unit, limit), `${String(limit)} a page`).toEqual(entries)
  await stage.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'ann' }, force: true })
  const erased = await log(other)
  expect(erased.slice(0, entries.length).map(({ number, isErased, body }) => ({ number, isErased, body }))).toEqual(entries.map(({ number }) => ({ number, isErased: true, body: null })))
})

test('a unit of one person has what the page called and what that gave; one that nobody has has nothing', async () => {
  const { stage } = opened
  const run = await stage.launch(2)
  const task = await stage.worker('ann').accept(helping, run)
  await task.call('shout', { text: 'hello' })
  const unit = await unitOf(task)
  expect(await log(unit)).toMatchObject([
    { number: 1, kind: 'call', name: 'shout', from: task.agentId, body: { text: 'hello' } }, { number: 2, kind: 'result', name: 'shout', body: { text: 'HELLO', by: 'ann' } },
  ])
  const { rows } = await stage.db.units.find({ filter: { runId: run.id }, limit: 9 })
  expect(await log(rows.find(({ id }) => id !== unit)?.id ?? '')).toEqual([])
})

test('a unit that there is not is refused by its id', async () => {
  const unit = crypto.randomUUID()
  const refusal = { message: `There is no unit ${unit}.` }
  await expect(log(unit)).rejects.toMatchObject({ code: 'not_found', ...refusal })
  await expect(pages(unit, 9)).rejects.toMatchObject(refusal)
})

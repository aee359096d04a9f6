import { expect, test } from 'vitest'
import type { SpendingEntryView } from '../../sdk/protocol/spending-views.js'
import { kettles, openConsoleStage, playKettles, type ConsoleStage } from '../console-stage.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { makeTarget } from '../scenarios/promise-target.js'

// How money moved, as whoever may look reads it.

async function withStage(body: (stage: ConsoleStage) => Promise<void>): Promise<void> {
  const target = await makeTarget('sqlite')
  const stage = await openConsoleStage(target)
  try {
    await body(stage)
  } finally {
    await stage.close()
    await target.drop()
  }
}

test('every movement has its reason, and what a filter means adds up to what the run keeps', async () => {
  await withStage(async stage => {
    const run = await playKettles(stage)
    const [vera, rita] = [stage.mephisto.caller(VERA), stage.mephisto.caller(RITA)]
    const [waiting] = (await rita.review.queue({ run: run.id, limit: 1 })).units
    await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: [waiting?.unitId ?? ''], verdict: 'approve' })
    await rita.review.undo({ decisionId: crypto.randomUUID(), run: run.id })
    const [person] = (await vera.data.workers({ run: run.id, limit: 1 })).workers
    await stage.mephisto.operator.compensate(run.id, { compensationId: crypto.randomUUID(), worker: person?.worker.id ?? '', amount: { minor: 50, currency: 'USD' }, reason: 'It broke' })
    const entries: SpendingEntryView[] = []
    let first
    for (let cursor: string | undefined; ;) {
      const page = await vera.spending.entries({ run: run.id, limit: 7, ...(cursor === undefined ? {} : { cursor }) })
      expect(page.totals === null).toBe(cursor !== undefined)
      first ??= page
      entries.push(...page.entries)
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    const { run: { money: kept } } = await vera.runs.progress({ run: run.id })
    expect(first.totals).toEqual([{ spent: kept.spent, owed: kept.owed, paid: { minor: 0, currency: 'USD' }, reserved: kept.reserved }])
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort().reverse())
    expect(entries[0]).toMatchObject({ from: 'budget', to: 'owed', amount: { minor: 50, currency: 'USD' }, unit: null, worker: { pseudonym: person?.worker.pseudonym }, reason: 'extra', decision: null, run: { id: run.id, title: run.config.title, task: { name: 'kettles' } } })
    expect(entries.find(({ reason }) => reason === 'rejected')).toMatchObject({ from: 'reserved', to: 'budget', decision: { byName: 'Rita', note: 'Not read' } })
    expect(entries.find(({ reason }) => reason === 'accepted')).toMatchObject({ from: 'reserved', to: 'owed', decision: { byName: 'Rita', note: null } })
    expect(entries.find(({ reason }) => reason === 'taken_back')).toMatchObject({ from: 'owed', to: 'reserved', unit: waiting?.unitId, decision: { byName: 'Rita' } })
    expect(entries.find(({ reason }) => reason === 'work_ended')).toMatchObject({ from: 'reserved', to: 'budget', decision: null })
    expect(entries.find(({ reason }) => reason === 'work_began')).toMatchObject({ from: 'budget', to: 'reserved', decision: null })
    const sum = (account: string) => entries.reduce((total, { from, to, amount }) => total + (to === account ? amount.minor : 0) - (from === account ? amount.minor : 0), 0)
    expect([sum('owed'), sum('reserved')]).toEqual([kept.owed.minor, kept.reserved.minor])
    const own = await vera.spending.entries({ worker: { pseudonym: person?.worker.pseudonym ?? '' }, limit: 100 })
    expect(new Set(own.entries.map(({ worker }) => worker?.id))).toEqual(new Set([person?.worker.id]))
    expect((await vera.spending.entries({ task: 'kettles', before: entries.at(-1)?.at ?? '' })).entries).toEqual([])
  })
})

test('a filter that does not do is refused with what is wrong, and nobody without a role reads it', async () => {
  await withStage(async stage => {
    const vera = stage.mephisto.caller(VERA)
    const refused = (query: object, message: RegExp): Promise<void> => expect(vera.spending.entries(query)).rejects.toThrow(message)
    await refused({ task: 'kettles', project: 'p' }, /exclude each other/)
    await refused({ from: '2027-01-02T00:00:00Z', before: '2027-01-01T00:00:00Z' }, /later than from/)
    await refused({ from: 'yesterday' }, /instant such as/)
    await refused({ limit: 1_000 }, /limit|100/)
    await refused({ cursor: 'nonsense' }, /start again without a cursor/)
    await refused({ run: 'nowhere' }, /There is no task run nowhere/)
    await refused({ task: 'nowhere' }, /There is no task "nowhere"/)
    await refused({ worker: { pseudonym: 'nobody' } }, /no worker with the pseudonym "nobody"/)
    await refused({ unknown: 1 }, /unknown/)
    await expect(stage.mephisto.caller({ id: 'x', name: 'X', roles: [] }).spending.entries()).rejects.toThrow(/viewer/)
    expect(await vera.spending.entries()).toEqual({ entries: [], totals: [], nextCursor: null })
    await stage.mephisto.operator.launch(kettles, { task: 'kettles', requester: 'Lab', provider: 'inhouse', pay: { minor: 0, currency: 'USD' }, data: [{ text: 'a' }] })
    expect((await stage.mephisto.spending.entries({ task: 'kettles' })).entries).toEqual([])
    expect((await stage.mephisto.caller(OLGA).projects.tasks({ task: 'kettles' })).tasks.map(({ name }) => name)).toEqual(['kettles'])
    await expect(vera.projects.tasks({ task: 'nowhere' })).rejects.toThrow(/There is no task "nowhere"/)
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 } from 'uuid'
import { openMysqlClient } from '../../prisma/drivers/mysql-client.js'
import { openPostgresClient } from '../../prisma/drivers/postgres-client.js'
import { migrate } from '../../prisma/migrate.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import type { RawClient, RawStatements } from '../../prisma/raw-client.js'
import { sqliteAdapter } from '../../prisma/sqlite/adapter.js'
import { rawSqliteClient } from '../../prisma/sqlite/raw-client.js'
import { runRows } from '../../sdk/operations/transfer/run-section.js'
import { readProgress } from '../../sdk/operations/run-progress.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { newPacket } from '../../sdk/testing/session-fixture.js'
import { createStage, launch } from '../bench/stage.js'
import { createDatabase, isServing } from '../databases.js'

// The statements behind claims, answers, extensions, decisions, the review queue and exports find their rows by indexes: the cost of each stays the same
// however many rows there are. Shown by the plans of the databases themselves, with statistics and without.

type Kind = 'sqlite' | 'postgresql' | 'mysql'

interface Statement { readonly sql: string; readonly values: readonly unknown[] }

/** Tables that grow with the work and have thousands of rows here. The few pages of the others are rightly read whole. */
const GROWING = /mephisto_(unit|agent|assignment|assignee|submission|event|ledger_entry|run_worker|session|packet|remark)\b/

/** Whom items are for, where they are for somebody. */
const OWNERS = ['olga', 'otto', 'oona']
/** Those who never come, so that the table is not so small that it is rightly read whole. */
const ABSENT = Array.from({ length: 6 }, (_, index) => `absent ${String(index)}`)

/** As long as what a turn of a dialogue says. */
const SAID = JSON.stringify({ text: 'a word '.repeat(60) })

interface Opened {
  readonly client: RawClient
  /** For EXPLAIN: libsql leaves the statement open that explains an UPDATE, which no commit on its connection survives. */
  readonly explainer: RawClient
  end(): Promise<void>
}

async function openClient(kind: Kind): Promise<Opened> {
  if (kind === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-plans-'))
    const adapters = await Promise.all([1, 2].map(() => sqliteAdapter({ file: join(folder, 'plans.db') }).connect()))
    const [client, explainer] = adapters.map(rawSqliteClient) as [RawClient, RawClient]
    return {
      client, explainer,
      end: async () => {
        for (const adapter of adapters) await adapter.dispose()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  }
  const database = await createDatabase(kind)
  const { client, close } = kind === 'mysql' ? openMysqlClient({ url: database.url }) : openPostgresClient({ url: database.url, preparedStatements: false })
  return {
    client, explainer: client,
    end: async () => {
      await close()
      await database.drop()
    },
  }
}

/** The client, noting the statements that run in transactions. */
function noting(client: RawClient, noted: Statement[]): RawClient {
  const note = (on: RawStatements): RawStatements => ({
    $executeRawUnsafe: (sql, ...values) => {
      noted.push({ sql, values })
      return on.$executeRawUnsafe(sql, ...values)
    },
    $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => {
      noted.push({ sql, values })
      return on.$queryRawUnsafe<Rows>(sql, ...values)
    },
  })
  return { ...note(client), $transaction: (work, options) => client.$transaction(transaction => work(note(transaction)), options) }
}

/** The tables that a plan reads from end to end, as the database says it. */
async function scannedTables(kind: Kind, client: RawClient, { sql, values }: Statement): Promise<string[]> {
  if (kind === 'sqlite') {
    const rows = await client.$queryRawUnsafe<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
    const aliases = new Map([...sql.matchAll(/"(mephisto_\w+)"(?: AS)? (\w+)/g)].map(match => [match[2] ?? '', match[1] ?? '']))
    return rows.flatMap(({ detail }) => {
      const scanned = /^SCAN (\w+)(?! VIRTUAL)/.exec(detail)?.[1]
      return scanned === undefined ? [] : [aliases.get(scanned) ?? scanned]
    })
  }
  if (kind === 'postgresql') {
    const rows = await client.$queryRawUnsafe<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${sql}`, ...values)
    return rows.flatMap(row => /Seq Scan on (\w+)/.exec(row['QUERY PLAN'])?.[1] ?? [])
  }
  const rows = await client.$queryRawUnsafe<{ table: string | null; type: string | null }[]>(`EXPLAIN ${sql}`, ...values)
  const aliases = new Map([...sql.matchAll(/`(mephisto_\w+)`(?: AS)? (\w+)/g)].map(match => [match[2] ?? '', match[1] ?? '']))
  return rows.flatMap(({ table, type }) => (table !== null && (type === 'ALL' || type === 'index') ? [aliases.get(table) ?? table] : []))
}

/** How a plan looks rows up, as the database says it: the columns, or the index that is named after them. */
async function lookUps(kind: Kind, client: RawClient, { sql, values }: Statement): Promise<string[]> {
  const rows = await client.$queryRawUnsafe<Readonly<Record<string, unknown>>[]>(`EXPLAIN ${kind === 'sqlite' ? 'QUERY PLAN ' : ''}${sql}`, ...values)
  const said = rows.map(row => String(row[{ sqlite: 'detail', postgresql: 'QUERY PLAN', mysql: 'key' }[kind]]))
  return kind === 'postgresql' ? said.filter(line => line.includes('Index Cond')) : said
}

describe.each(['sqlite', 'postgresql', 'mysql'] as const)('plans on %s', kind => {
  let client: RawClient
  let explainer: RawClient
  let db: MephistoDb
  let end: () => Promise<void>
  let runId: string
  /** A run whose items are for particular people. */
  let assignedId: string
  let isThere = false
  const noted: Statement[] = []

  beforeAll(async () => {
    isThere = kind === 'sqlite' || await isServing(kind)
    if (!isThere) return
    ({ client, explainer, end } = await openClient(kind))
    await migrate(client, { dialect: kind })
    db = prismaDb(noting(client, noted), { provider: kind })
    runId = await launch(db, 6_000)
    assignedId = await launch(db, 3_000, (_, index) => [OWNERS[index % 2] ?? '', OWNERS[2] ?? '', ...ABSENT])
    await work(1_500)
  }, 120_000)
  afterAll(async () => {
    if (isThere) await end()
  })

  /** So many life cycles, some people at once and one alone. */
  async function work(cycles: number): Promise<void> {
    const stage = createStage(db, true)
    const [units, agents]: [string[], string[]] = [[], []]
    await Promise.all(Array.from({ length: 30 }, async (_, index) => {
      for (let cycle = 0; cycle < cycles / 30; cycle += 1) {
        const worker = await stage.worker(`${String(cycles)} ${String(index)} ${String(cycle)}`)
        const { agentId, unitId } = await stage.claim(runId, worker)
        await stage.submit(runId, agentId)
        units.push(unitId)
        agents.push(agentId)
      }
    }))
    const alone = await stage.worker('alone')
    const first = await stage.claim(runId, alone)
    await stage.submit(runId, first.agentId)
    await stage.redo(runId, first.unitId)
    const { agentId } = await stage.claim(runId, alone)
    await stage.extend(runId, agentId)
    await stage.giveBack(runId, agentId)
    await stage.approve(...units)
    await stage.sweep()
    for (const order of ['oldest', 'newest'] as const) {
      const page = { runId, order, statuses: ['completed', 'accepted', 'soft_rejected', 'rejected'], limit: 20 } as const
      await db.units.answered(page)
      await db.units.answered({ ...page, after: { completedAt: await db.now(), unitId: '' } })
      await db.units.answered({ ...page, workerId: alone })
      await db.units.answered({ ...page, assignmentId: (await db.units.get(first.unitId))?.assignmentId ?? '' })
      const [after] = await db.units.answered({ ...page, limit: 1 })
      const list = { runId, order, status: 'accepted', ...(after ? { after } : {}) } as const
      await db.units.countAnswered(list, 1_000)
      await db.units.answeredAt(list, { index: 700, fromEnd: false })
    }
    await db.units.reviewById(units.slice(0, 20))
    await db.units.atPlaces(runId, Array.from({ length: 200 }, (_, index) => ({ position: index * 7, unitIndex: 0 })))
    await db.decisions.opinionsOf(units.slice(0, 20))
    const reviewed = { scope: { of: 'run', id: runId } } as const
    await Promise.all([db.reviewers.sums(reviewed), db.reviewers.overruled(reviewed), db.reviewers.paces(reviewed, 300_000), db.reviewers.pairs(reviewed)])
    await db.decisions.messagesTo(alone, { runId, limit: 20 })
    await db.claims.claim({ unitId: first.unitId, runId, actorId: 'rita', actorName: 'Rita', until: await db.now() + 1, at: await db.now(), takesOver: false })
    await db.claims.of(units.slice(0, 20), await db.now())
    await db.units.answers({ runId, includeSetAside: true, limit: 50 })
    await db.workers.done(alone)
    await db.units.launchedAmong(runId, units.slice(0, 20))
    await db.workers.compensated(alone)
    await db.runs.pulse(runId)
    await db.runs.items(runId, { after: 5, limit: 20 })
    await db.runs.lastPosition(runId)
    await db.runs.widening({ runId, limit: 1 })
    await db.events.ofType(runId, 'top_up')
    await db.levels.read(await db.now(), 10_000)
    await db.feeds.countFree(runId, 100)
    await db.feeds.acceptances(runId, 5, 100)
    await db.feeds.acceptedAmong(units.slice(0, 20))
    await db.feeds.taken(runId, units.slice(0, 20))
    const finished = { runId, statuses: ['completed', 'accepted', 'soft_rejected', 'rejected'], limit: 50 } as const
    const after = (await db.data.finished(finished, 'USD')).at(-1)?.cursor ?? ''
    await db.data.finished({ ...finished, after }, 'USD')
    await db.data.finished({ ...finished, workerId: alone }, 'USD')
    await db.data.finished({ ...finished, assignmentId: (await db.units.get(first.unitId))?.assignmentId ?? '' }, 'USD')
    await db.data.itemAnswers({ runId, statuses: finished.statuses, after: 5, limit: 50 })
    await db.data.latest(finished)
    await db.data.answersOf(units.slice(0, 20))
    const { taskId = '' } = await db.runs.get(runId) ?? {}
    for (const scope of [null, { of: 'task', id: taskId }] as const) {
      await db.data.workerSums([alone], { scope })
      await db.data.workerExtras([alone], { scope })
    }
    for (const name of OWNERS) await workOn(await stage.worker(name))
    for (let from = 0; from < agents.length; from += 100) await talk(agents.slice(from, from + 100))
    await db.sessions.erase({ workerId: alone })
    await stage.topUp(runId)
    // What counts a whole run reads all of its rows, and none of another's: this one is small.
    const small = await stage.drainAnother()
    await readProgress(db, small)
    await db.runs.returnReasons(small)
    for (const is of [true, false]) await db.overviews.people(small, { hasAssignees: is, hasOnboarding: is, hasOtherKinds: is })
    await db.overviews.leases(runId, { at: await db.now(), soon: await db.now() + 300_000 })
    for (const place of ['alone', 'apart', 'anywhere'] as const) await db.overviews.gold(place === 'anywhere' ? small : runId, place)
    await db.overviews.steps(small, { from: 0, stepMs: 1_000 })
    await db.assignees.fewest(small)
    const [dumped] = (await db.runs.find({ filter: { ids: [small] } })).rows
    if (dumped) for await (const _ of runRows(db, dumped));
    await db.transfer.stranger(small)
    await db.data.ordinaryWork(small)
    await db.data.workers({ scope: { of: 'run', id: small }, limit: 20 })
    await db.sessions.erase({ runId: small })
    const { taskId: smallTask = '', ...of } = { ...await db.runs.get(small), at: await db.now() }
    for (const scope of [{ of: 'run', id: small }, { of: 'task', id: smallTask }, null] as const) {
      const { rows, nextCursor } = await db.ledger.page({ filter: { scope, from: 1 }, limit: 5 })
      if (nextCursor !== null) await db.ledger.page({ filter: { scope }, limit: 5, after: nextCursor })
      await db.ledger.page({ filter: { scope, workerId: rows[0]?.workerId ?? alone }, limit: 5 })
      await db.ledger.sums({ scope })
      await db.ledger.sums({ scope, from: of.at })
      await db.ledger.sums({ scope, workerId: alone })
    }
    await db.runs.durations(small, { limit: 1_000, areAccepted: true })
    await db.rollUps.unitsOfRun(runId)
  }

  /** What somebody does to whom items of a run are given. */
  async function workOn(worker: string): Promise<void> {
    const stage = createStage(db, true)
    for (let done = 0; done < 30; done += 1) await stage.submit(assignedId, (await stage.claim(assignedId, worker)).agentId)
    const { agentId, unitId } = await stage.claim(assignedId, worker)
    await stage.giveBack(assignedId, agentId)
    await stage.look(assignedId, worker)
    const assignmentId = (await db.units.get(unitId))?.assignmentId ?? ''
    await db.assignees.of([assignmentId])
    await db.assignees.among([{ assignmentId, workerId: worker }])
    await db.assignees.remove(assignmentId, [worker])
    await readProgress(db, assignedId)
  }

  /** What is said by attempts alone and at their items. */
  async function talk(agentIds: readonly string[]): Promise<void> {
    const [agentId = ''] = agentIds
    const places = await db.units.placesOfAgents(agentIds)
    const itemId = places.get(agentId)?.unit?.assignmentId ?? ''
    const sessions = [...places].flatMap(([id, { unit }]) => [id, unit?.assignmentId ?? id])
    await db.transaction(async tx => {
      await tx.sessions.hold(sessions.map(id => ({ id, runId })), 1)
      await tx.sessions.append(sessions.map(sessionId => newPacket({ sessionId, runId, number: 1, clientId: 'first', body: SAID })))
      await tx.sessions.writeStates(sessions.map(id => ({ id, version: 1, state: '{}' })))
    })
    await db.sessions.sent([{ senderId: itemId, clientId: 'first' }])
    for (const reader of [{}, { readerId: agentId }]) await db.sessions.after(itemId, 0, { limit: 50, ...reader })
    await db.sessions.states(sessions.slice(0, 20))
    await db.sessions.counts(sessions.slice(0, 20))
    await db.sessions.underWay(agentIds.slice(0, 20))
    await db.sessions.erase({ agentIds: agentIds.slice(0, 20) })
    await leaveRemarks(agentIds, itemId)
    await db.units.seats(itemId)
  }

  /** What is said about the work. */
  async function leaveRemarks(agentIds: readonly string[], itemId: string): Promise<void> {
    const [agentId = ''] = agentIds
    const [agent, run] = [await db.agents.get(agentId), await db.runs.get(runId)]
    const [workerId, unitId, taskId] = [agent?.workerId ?? '', agent?.unitId ?? '', run?.taskId ?? '']
    const [id, clientId] = [v7(), v7()]
    await db.remarks.add({ id, taskId, runId, agentId, workerId, clientId, kind: 'tip', body: SAID, at: 1 })
    const others = agentIds.flatMap(one => Array.from({ length: Math.ceil(3_000 / agentIds.length) }, (_, at) => ({ agent: one, at: at + 2 })))
    await db.transfer.add('remark', others.map(({ agent: one, at }) => ({ id: v7(), task_id: taskId, run_id: runId, agent_id: one, worker_id: workerId, client_id: v7(), kind: 'feedback', status: 'new', body: SAID, shown: null, created_at: at, decided_at: null })))
    await db.remarks.byClientId(agentId, clientId)
    await db.remarks.count(agentId, 'tip')
    await db.remarks.decide({ id, status: 'approved', shown: '{"text":"t"}', at: 2 })
    await db.remarks.tips(taskId, 50)
    for (const filter of [{ runId }, { taskId }, { agentId }, { unitId }, { workerId }, { ids: [id, itemId] }]) await db.remarks.find({ filter, sort: 'createdAt', direction: 'descending', limit: 20 })
    await db.remarks.erase({ agentIds: agentIds.slice(0, 20) })
  }

  test.each(['before the database has counted its rows', 'afterwards'])('no statement reads a growing table from end to end, %s', async when => {
    if (!isThere) return
    if (when === 'afterwards') await client.$executeRawUnsafe(kind === 'mysql' ? 'ANALYZE TABLE mephisto_unit, mephisto_agent, mephisto_assignment, mephisto_assignee, mephisto_submission, mephisto_event, mephisto_session, mephisto_packet, mephisto_remark' : 'ANALYZE')
    noted.length = 0
    await work(60)
    const statements = new Map(noted.map(statement => [statement.sql, statement]))
    expect(statements.size).toBeGreaterThan(20)
    const bad: string[] = []
    for (const statement of statements.values()) {
      if (!/^\s*(?:SELECT|UPDATE)/.test(statement.sql) || !GROWING.test(statement.sql)) continue
      const scanned = (await scannedTables(kind, explainer, statement)).filter(table => GROWING.test(table))
      if (scanned.length > 0) bad.push(`${scanned.join(', ')} in: ${statement.sql}`)
    }
    expect(bad).toEqual([])
    // How far on something is in a list is counted by the index that has its order, which is all that is read on PostgreSQL and SQLite.
    const counting = [...statements.values()].filter(({ sql }) => /SELECT u\.completed_at FROM \S*unit/.test(sql))
    expect(counting.length).toBeGreaterThan(4)
    for (const statement of counting) expect((await lookUps(kind, explainer, statement)).join(), statement.sql).toMatch(/completed_at/)
    // Of a status that most units have, as many as tell that, and those of other kinds by their rank.
    const first = [...statements.values()].filter(({ sql }) => sql.includes('kept_open') && sql.includes('k.s'))
    expect(first.length).toBeGreaterThan(0)
    for (const statement of first) expect((await lookUps(kind, explainer, statement)).filter(way => /status/.test(way)).length, statement.sql).toBeGreaterThan(1)
    // Of a person or an item, not all that the run has of a status.
    for (const column of ['holder', 'assignment_id']) {
      const narrowed = [...statements.values()].filter(({ sql }) => sql.includes('UNION ALL') && sql.includes(`u.${column} = `))
      expect(narrowed).toHaveLength(3)
      for (const statement of narrowed) expect((await lookUps(kind, explainer, statement)).filter(way => way.includes(column)), statement.sql).toHaveLength(4)
    }
  })
})

import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { ServerKind } from '../databases.js'
import { startOwnServer, type OwnServer } from '../own-servers.js'
import { peopleOver } from '../people-over.js'
import type { Target } from '../scenarios/promise-open.js'
import { check } from '../scenarios/promise-target.js'
import { codeOf } from './lost-server-stage.js'
import { smallDisk, type SmallDisk } from '../small-disk.js'

/** A server on small disks: one for its rows, one for its log. */
export interface SmallServer {
  readonly server: OwnServer
  /** null where no disks can be made; then it runs on the machine's own. */
  readonly disks: Readonly<Record<'rows' | 'log', SmallDisk>> | null
  remove(): Promise<void>
}

/** Starts a server on disks of so many megabytes. */
export async function startOnSmallDisks(kind: ServerKind, { rows, log, settings }: { readonly rows: number; readonly log: number; readonly settings: readonly string[] }): Promise<SmallServer> {
  const [first, second] = [smallDisk(rows), smallDisk(log)]
  const removeDisks = (): void => { for (const disk of [first, second]) disk?.remove() }
  const server = await startOwnServer(kind, { settings, ...(first && second ? { rowsIn: first.folder, logIn: second.folder } : {}) }).catch((error: unknown) => {
    removeDisks()
    throw error
  })
  return {
    server, disks: first && second && { rows: first, log: second },
    async remove() {
      await server.remove()
      removeDisks()
    },
  }
}

/** A server whose disk can be filled, and an open database on it. */
interface FullDiskStage {
  readonly server: OwnServer
  readonly disk: SmallDisk
  readonly target: Target
  readonly db: MephistoDb
}

/** What is the same on both servers; `open` opens a database on it that has no tables yet. */
export function testFullDisk(parts: () => SmallServer & Pick<FullDiskStage, 'target' | 'db'>, open: () => Promise<MephistoDb>): void {
  test('tells everybody so who writes; what was acknowledged is there, half of nothing is, and work goes on when there is room', async () => {
    const { disks, ...stage } = parts()
    if (disks) await playFullDisk({ ...stage, disk: disks.rows })
  })

  test('says so at opening, and what was begun is finished when there is room', async () => {
    const { disks } = parts()
    if (disks) await openOnFullDisk(disks.rows, open)
  })
}

/** An error of the package, with this code and words. */
export function failing(code: string, message: RegExp): Error {
  return expect.objectContaining({ name: 'MephistoError', code, message: expect.stringMatching(message) as string }) as Error
}

/** What whoever writes to a full disk is told. */
const FULL = failing('database_unwritable', /^The disk of the database is full \(.*\)\. Nothing was changed\.$/)

/** Expects errors that say that nothing was done or that the reply to a commit was lost: of a full disk, and of a server that ended because of it. */
export function expectTold(errors: readonly unknown[]): void {
  for (const error of errors) {
    expect(['database_unwritable', 'unavailable']).toContain(codeOf(error))
    expect(String(error)).toMatch(/nothing was changed|may have been saved or not.*the same id is applied once|cannot be reached|nothing of it stays/i)
  }
}

/** Makes room and starts the server, as somebody in charge of it does, whenever it has ended. */
export function administrator({ server, disk }: Pick<FullDiskStage, 'server' | 'disk'>) {
  const work = { isOver: false, restarts: 0 }
  const done = (async () => {
    while (!work.isOver) {
      await setTimeout(20)
      if (server.isRunning()) continue
      work.restarts += 1
      disk.free()
      await server.start()
    }
  })()
  return {
    restarts: () => work.restarts,
    async leave() {
      work.isOver = true
      await done
    },
  }
}

/** People work while the disk is full; then there is room again, and they go on where they were. */
async function playFullDisk(stage: FullDiskStage): Promise<void> {
  const { disk, target, db } = stage
  const { launch, claim, submit, acknowledged } = peopleOver(db)
  const [run, before] = [await launch(300), await runsUnderWay(db)]
  const held = await claim(run, 'holder')
  // MariaDB ends when it finds no room to roll back.
  const inCharge = administrator(stage)
  disk.fill()
  let failure: unknown = null
  for (let count = 0; failure === null && count < 250; count += 1) {
    failure = await claim(run, 'ann').then(work => submit(work, `answer-${String(count)}`)).then(() => null, (error: unknown) => error)
  }
  expect(failure).toEqual(FULL)

  const launches = [launch(300), launch(300)]
  const outcomes = await Promise.allSettled([submit(held, 'held-answer'), ...launches, ...workers(20).map(worker => claim(run, worker))])
  const refusals = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
  if (inCharge.restarts() === 0) expect(refusals).toEqual([FULL, ...refusals.slice(1).map(() => FULL)])
  else expectTold(refusals)
  const launched = (await Promise.allSettled(launches)).flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  expect(await runsUnderWay(db)).toEqual([...before, ...launched].sort())
  expect(await db.units.answers({ runId: run, includeSetAside: true, limit: 1_000 })).toHaveLength(acknowledged.answers.length)

  await inCharge.leave()
  disk.free()
  for (let repeats = 0; repeats < 3; repeats += 1) expect(await submit(held, 'held-answer')).toBe('completed')
  for (const worker of workers(20)) expect(await submit(await claim(run, worker), 'the-answer')).toBe('completed')
  launched.push(await launch(10))
  const sent = new Set(acknowledged.answers.map(({ agentId, submissionId }) => `${agentId}/${submissionId}`))
  expect(await db.units.answers({ runId: run, includeSetAside: true, limit: 1_000 })).toHaveLength(sent.size)
  for (const id of [run, ...launched]) expect((await verifyRun(db, id)).difference).toBeNull()
  expect(await check(target, { acknowledged })).toEqual([])
}

/** Opens a database without tables while the disk is full, and when there is room again. */
async function openOnFullDisk(disk: SmallDisk, open: () => Promise<MephistoDb>): Promise<void> {
  disk.fill()
  for (let repeats = 0; repeats < 2; repeats += 1) {
    await expect(open()).rejects.toEqual(failing('database_unwritable', /^The disk of the database is full \(.*\)\. Make room and start again: the tables that are missing are made then\.$/))
  }
  disk.free()
  const db = await open()
  expect(await peopleOver(db).launch(2)).toBeTypeOf('string')
  await db.close()
}

/** Names of so many workers. */
export function workers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `worker ${String(index)}`)
}

/** Ids of the runs that people can work in. */
export async function runsUnderWay(db: MephistoDb): Promise<readonly string[]> {
  return (await db.runs.list({ statuses: ['running'], limit: 100 })).map(({ id }) => id).sort()
}

import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { expect } from 'vitest'
import { prismaDb, type RawClient } from '../../prisma/index.js'
import { mysqlDb } from '../../prisma/mysql.js'
import { postgresDb } from '../../prisma/postgres.js'
import { isMephistoError } from '../../sdk/errors.js'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'
import { cuttingProxy, type CuttingProxy } from '../cutting-proxy.js'
import { createDatabase, type ServerKind } from '../databases.js'
import { peopleAtCalls } from '../people-over.js'
import { PrismaClient as MysqlClient } from '../generated/mysql/client.js'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.js'
import { localCalls, type Calls, type Work } from '../scenarios/promise-calls.js'
import { nothingHeard, type Heard } from '../scenarios/promise-player.js'
import { schemaOf } from '../scenarios/promise-open.js'
import { check } from '../scenarios/promise-target.js'
import { sentimentRun } from '../sentiment.js'

/** How the SDK opens a server's database. */
export const OPEN = { postgresql: postgresDb, mysql: mysqlDb } as const

/** A way to a database: what opens it, through a proxy. */
export interface Way {
  readonly kind: ServerKind
  open(url: string): Promise<MephistoDb>
}

/** The SDK's own way. */
export function ownWay(kind: ServerKind): Way {
  return { kind, open: url => OPEN[kind]({ url, connections: 4 }) }
}

/** A host's own Prisma client, over the adapter that Prisma has for it. */
export function hostWay(kind: ServerKind): Way {
  const over = (client: RawClient & { $disconnect(): Promise<void> }): MephistoDb => prismaDb(client, { ...schemaOf(kind), onClose: () => client.$disconnect() })
  return {
    kind,
    open: async url => over(kind === 'mysql'
      ? new MysqlClient({ adapter: new PrismaMariaDb(url) })
      : new PostgresClient({ adapter: new PrismaPg({ connectionString: url, max: 4 }) })),
  }
}

/** An instance whose line to its database can be cut. */
export interface Stage {
  readonly kind: ServerKind
  readonly proxy: CuttingProxy
  readonly calls: Calls
  readonly heard: Heard
  /** The database beside the proxy, for a look at what is there. */
  readonly sound: MephistoDb
  /** Launches a run of `units` items, which the end of the test checks. */
  launch(units: number): Promise<string>
  /** The credential of a worker's link. */
  invite(run: string, worker: string): Promise<string>
  /** Takes a unit of a run. */
  claim(run: string, worker: string): Promise<Work>
  /** Sends an answer once. */
  submit(work: Work, submissionId: string): Promise<{ readonly outcome: string }>
  /** Claims and submits, each again under the same id until there is a reply; counts the errors in between by code. */
  workUntilDone(run: string, worker: string): Promise<readonly string[]>
}

/** What a test does, with whatever it adds to the runs that are checked. */
export type Play = (stage: Stage) => Promise<void>

/**
 * Plays on a database of its own behind a proxy. Then, with the line whole again: every promise is kept, whatever was
 * acknowledged is there, and each run agrees with its log.
 */
export async function onStage({ kind, open }: Way, play: Play): Promise<void> {
  const database = await createDatabase(kind)
  const proxy = await cuttingProxy(database.url)
  const sound = await OPEN[kind]({ url: database.url, connections: 2 })
  const db = await open(proxy.url)
  const heard = nothingHeard()
  const runs: string[] = []
  try {
    const stage = stageOver({ kind, proxy, sound, heard, runs, calls: localCalls(db, { logger: silentLogger }) })
    await play(stage)
    await proxy.resume()
    const all = await sound.runs.list({ limit: 100 })
    for (const run of all) expect((await verifyRun(sound, run.id)).difference).toBeNull()
    expect(await check({ kind, at: database.url }, { acknowledged: heard })).toEqual([])
    expect(heard.refused).toEqual([])
  } finally {
    await proxy.close()
    await Promise.all([db.close(), sound.close()])
    await database.drop()
  }
}

function stageOver(parts: Pick<Stage, 'kind' | 'proxy' | 'sound' | 'heard' | 'calls'> & { readonly runs: string[] }): Stage {
  const { calls, heard } = parts
  const people = peopleAtCalls(calls, heard.answers)
  const stage: Stage = {
    ...parts,
    async launch(units) {
      const { id } = await calls.desk<{ id: string }>('operator', 'runs.launch', {
        blueprint: 'sentiment', ...sentimentRun(units), pay: { minor: 5, currency: 'USD' }, budget: { minor: 5 * units, currency: 'USD' },
      })
      return id
    },
    ...people,
    async claim(run, worker) {
      const work = await people.claim(run, worker)
      expect(work.status).toBe('working')
      return work
    },
    async workUntilDone(run, worker) {
      const codes: string[] = []
      const again = <T>(send: () => Promise<T>): Promise<T> => untilReplied(send, error => codes.push(codeOf(error)) <= 50 && codes.at(-1) === 'unavailable')
      const work = await again(() => stage.claim(run, worker))
      const submissionId = crypto.randomUUID()
      expect((await again(() => stage.submit(work, submissionId))).outcome).toBe('completed')
      return codes
    },
  }
  return stage
}

/** Sends until there is a reply, as long as each error is one to go on after. */
export async function untilReplied<T>(send: () => Promise<T>, goesOn: (error: unknown) => boolean): Promise<T> {
  for (;;) {
    try {
      return await send()
    } catch (error) {
      if (!goesOn(error)) throw error
    }
  }
}

/** The code of an error; its message where it has none. */
export function codeOf(error: unknown): string {
  return isMephistoError(error) ? error.code : String(error)
}

/** What became of something that may fail, and how long it took. */
export async function outcomeOf<T>(promise: Promise<T>): Promise<{ value?: T; code?: string; message?: string; tookMs: number }> {
  const begun = performance.now()
  try {
    return { value: await promise, tookMs: performance.now() - begun }
  } catch (error) {
    return { code: codeOf(error), message: String(error), tookMs: performance.now() - begun }
  }
}

/** Waits, ms. */
export function pause(ms: number): Promise<void> {
  return new Promise(resolve => { setTimeout(resolve, ms) })
}

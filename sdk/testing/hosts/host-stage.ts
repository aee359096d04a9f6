import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedDb } from '../../../prisma/embedded.js'
import type { Architect } from '../../architects/architect.js'
import { createMephisto, type Mephisto } from '../../create-mephisto.js'
import { diskFiles } from '../../files/index.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { inhouse } from '../../providers/inhouse.js'
import { mockTask } from '../mock-blueprint.js'
import { mockLiveTask } from '../mock-live.js'

/** What a host is opened with. */
export interface HostStage {
  /** Makes the instance that the tests act through, and that a host in this process mounts. A host whose server is another process calls it all the same. */
  create(architect: Architect): Mephisto
  /** Where everything is kept: what a server in another process gives to {@link openHostMephisto}. */
  readonly folder: string
}

/** A host that serves. */
export interface OpenHost {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Stops taking requests, and resolves when those under way are answered. The instance is closed before. */
  close(): Promise<void>
}

/** What a test of the contract has. */
export interface Stage {
  readonly origin: string
  readonly mephisto: Mephisto
  /** Ends the instance, as a host does that is told to stop. */
  stop(): Promise<void>
}

export const MOST_BODY_BYTES = 4_096
/** Where a page of others is that may call, and one that may not. */
export const [FRIEND, STRANGER] = ['https://friend.example', 'https://stranger.example']

/** The instance of the contract in a process of its own, for a host whose server is one: over the stage's folder, behind the host's architect. */
export async function openHostMephisto<A extends Architect>(folder: string, architect: A): Promise<Mephisto<A>> {
  return makeMephisto({ db: await embeddedDb({ file: fileIn(folder) }), folder, architect })
}

const fileIn = (folder: string): string => join(folder, 'mephisto.db')

function makeMephisto<A extends Architect>({ db, folder, architect }: { readonly db: MephistoDb; readonly folder: string; readonly architect: A }): Mephisto<A> {
  return createMephisto({
    db, architect, providers: [inhouse()], blueprints: [mockTask, mockLiveTask], secret: 'a secret of the host contract, long enough',
    limits: { maxBodyBytes: MOST_BODY_BYTES }, files: { store: diskFiles({ folder: join(folder, 'files') }) }, origins: [FRIEND],
    authorize: request => (request.headers.get('cookie')?.includes('login=rita') ? { id: 'rita', name: 'Rita', roles: ['operator'] } : null),
  })
}

/** Serves for as long as `body` lasts. */
export async function withHost(open: (stage: HostStage) => Promise<OpenHost>, body: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mephisto-host-'))
  const db = await embeddedDb({ file: fileIn(folder) })
  const made: Mephisto[] = []
  const { origin, close } = await open({ folder, create: architect => {
    const mephisto = makeMephisto({ db, folder, architect })
    made.push(mephisto)
    return mephisto
  } })
  const [mephisto] = made
  assert.ok(mephisto, 'the host has made no instance: call `create` before it serves')
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => (stopped ??= mephisto.close().then(close))
  try {
    await body({ origin, mephisto, stop })
  } finally {
    await stop()
    await db.close()
    await rm(folder, { recursive: true, force: true })
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedDb } from '../../prisma/embedded.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import { createMephisto, type Mephisto } from '../create-mephisto.js'
import { diskFiles } from '../files/disk-files.js'
import type { FileOptions } from '../operations/files/create-files.js'
import type { OutboxHandler } from '../operations/outbox-handler.js'
import type { WebhookOptions } from '../operations/webhooks/create-webhooks.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Logger } from '../ports/runtime.js'
import type { Telemetry } from '../ports/telemetry.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import { inhouse } from '../providers/inhouse.js'
import type { Principal } from '../review/principal.js'
import { mockTask } from './mock-blueprint.js'
import { simulatedWorker, type SimulatedWorker } from './simulated-worker.js'
import { virtualRuntime, type VirtualRuntime } from './virtual-runtime.js'

/** How a test instance differs from the default one. */
export interface TestMephistoOptions {
  /** @default [mockTask] */
  readonly blueprints?: readonly BlueprintImplementation[]
  /** @default [inhouse()] */
  readonly providers?: readonly CrowdProvider[]
  /** Seed of ids and randomness. @default 1 */
  readonly seed?: number
  /** Who the operator side's caller is. @default a principal with every role */
  readonly authorize?: (request: Request) => Principal | null
  readonly limits?: { readonly maxBodyBytes?: number }
  /** Where files of answers are kept, and how many and how large. @default beside the database file */
  readonly files?: Partial<FileOptions>
  /** How webhooks are told. @default public hosts alone */
  readonly webhooks?: WebhookOptions
  /** Handlers of calls to the outside world. @default none */
  readonly outbox?: readonly OutboxHandler[]
  /** Where log lines go. @default nowhere */
  readonly logger?: Logger
  /** The clock, ids and chance of another instance, to share them. @default one of its own, from `seed` and `logger` */
  readonly runtime?: VirtualRuntime
  /** Where spans and metrics go. @default nowhere */
  readonly telemetry?: readonly Telemetry[]
  /** A database file to use, kept at the end. @default a temporary one, removed by `close()` */
  readonly file?: string
}

/** An instance for tests: the real SDK on a real SQLite file, under a clock that stands still until it is moved. */
export interface TestMephisto extends Mephisto {
  readonly db: MephistoDb
  readonly runtime: VirtualRuntime
  /** The database file. */
  readonly file: string
  worker(name: string): SimulatedWorker
  /** Moves the clock and does one round of upkeep. */
  advance(ms: number): Promise<void>
  /** Another instance on the same database and clock, as a second process would be. */
  another(): Promise<TestMephisto>
}

/** The principal of {@link createTestMephisto} unless `authorize` is given. */
export const TEST_PRINCIPAL: Principal = { id: 'test-operator', name: 'Test operator', roles: ['operator'] }

/** Makes a {@link TestMephisto}. Close it at the end of the test. */
export async function createTestMephisto(options: TestMephistoOptions = {}): Promise<TestMephisto> {
  return open(options, options.runtime ?? { ...virtualRuntime({ seed: options.seed ?? 1 }), ...(options.logger === undefined ? {} : { logger: options.logger }) })
}

async function open(options: TestMephistoOptions, runtime: VirtualRuntime): Promise<TestMephisto> {
  const folder = options.file === undefined ? mkdtempSync(join(tmpdir(), 'mephisto-')) : null
  const file = options.file ?? join(folder ?? '', 'test.db')
  const db = await embeddedDb({ file, now: runtime.now })
  const providers = options.providers ?? [inhouse()]
  const mephisto = createMephisto({
    db, providers, blueprints: options.blueprints ?? [mockTask], runtime, secret: 'a secret for tests that is long enough',
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
    authorize: options.authorize ?? (() => TEST_PRINCIPAL),
    files: { store: diskFiles({ folder: `${file}-files` }), ...options.files },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.webhooks === undefined ? {} : { webhooks: options.webhooks }),
    ...(options.outbox === undefined ? {} : { outbox: options.outbox }),
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  })
  return {
    ...mephisto,
    db, runtime, file,
    worker: name => simulatedWorker(mephisto, name, providers[0]?.type ?? 'inhouse'),
    async advance(ms) {
      runtime.advance(ms)
      await mephisto.operator.tick()
    },
    another: () => open({ ...options, file }, runtime),
    async close(options) {
      await mephisto.close(options)
      await db.close()
      if (folder !== null) rmSync(folder, { recursive: true, force: true })
    },
  }
}

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { defineBlueprint, fileSchema } from '../sdk/blueprints/index.js'
import { diskFiles } from '../sdk/files/index.js'
import { createMephisto, implement, usd, type FileOptions, type Mephisto, type TaskRun } from '../sdk/index.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { systemRuntime } from '../sdk/ports/system-runtime.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { simulatedWorker, type SimulatedWorker } from '../sdk/testing/simulated-worker.js'
import type { RawClient } from '../prisma/raw-client.js'
import { OLGA } from './principals.js'
import { recordingLogger } from './recording-logger.js'
import { openTarget, type Target } from './scenarios/promise-open.js'

/** A task whose answers have files, and so has its onboarding. */
export const photos = defineBlueprint({
  type: 'photos', input: z.object({ place: z.string() }),
  output: z.object({ photo: fileSchema({ accept: ['image/*'], maxBytes: 500_000 }), more: z.array(fileSchema()).default([]), note: z.string().default('') }),
  onboarding: { input: z.object({}), output: z.object({ consent: fileSchema({ accept: ['.pdf'] }) }) },
})

/** An instance that keeps files in a folder. */
export interface FilesStage {
  readonly mephisto: Mephisto
  readonly db: MephistoDb
  readonly folder: string
  worker(name: string): SimulatedWorker
  launch(options?: object): Promise<TaskRun>
  /** Everything that was logged, as JSON. */
  readonly logged: readonly string[]
  /** What is in the folder: sizes by name. */
  kept(): ReadonlyMap<string, number>
  /** What a link leads to. */
  get(url: string): Promise<Response>
  close(): Promise<void>
}

interface StageOptions extends Partial<FileOptions> {
  readonly now?: () => number
  /** A folder that another stage has. @default a new one, which goes with the stage */
  readonly folder?: string
  readonly around?: (client: RawClient) => RawClient
}

/** Opens an instance. */
export async function openFilesStage(target: Target, { now, folder: shared, around, ...files }: StageOptions = {}): Promise<FilesStage> {
  const folder = shared ?? mkdtempSync(join(tmpdir(), 'mephisto-files-'))
  const { logger, logged } = recordingLogger()
  const db = await openTarget(target, { ...(now === undefined ? {} : { now }), ...(around === undefined ? {} : { around }) })
  const mephisto = createMephisto({
    db, blueprints: [implement(photos)], providers: [inhouse()], secret: 'a secret for tests that is long enough', runtime: { ...systemRuntime(), ...(now === undefined ? {} : { now }), logger },
    files: { store: diskFiles({ folder }), ...files }, authorize: () => OLGA,
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  })
  return {
    mephisto, db, folder, logged, worker: name => simulatedWorker(mephisto, name, 'inhouse'),
    launch: (options = {}) => mephisto.operator.launch(photos, {
      task: 'photos', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), data: Array.from({ length: 6 }, (_, index) => ({ place: `place ${String(index)}` })), ...options,
    }),
    kept: () => keptIn(folder),
    get: url => mephisto.handler(new Request(url)),
    async close() {
      await mephisto.close()
      await db.close()
      if (shared === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The files of a folder and those in it: their sizes by name. */
export function keptIn(folder: string): ReadonlyMap<string, number> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Map(names.map(name => [name.slice(folder.length + 1), statSync(name).size]))
}

import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import { createMephisto, implement, type Mephisto, type TaskRun } from '../sdk/index.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { silentLogger } from '../sdk/ports/system-runtime.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { simulatedWorker } from '../sdk/testing/index.js'

/** A task whose items and answers may be of any length. */
export const essay = defineBlueprint({ type: 'essay', input: z.object({ text: z.string() }), output: z.object({ text: z.string() }) })

/** An instance over a database that takes requests of 8 MB. */
export function essayMephisto(db: MephistoDb): Mephisto {
  return createMephisto({
    db, runtime: { logger: silentLogger }, limits: { maxBodyBytes: 8_000_000 }, providers: [inhouse()], blueprints: [implement(essay)], secret: 'one secret for the tests of this file', authorize: () => null,
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  })
}

/** Launches a run with these items. */
export function launchEssays(mephisto: Mephisto, texts: readonly string[]): Promise<TaskRun> {
  return mephisto.operator.launch(essay, { task: 'essays', requester: 'lab', provider: 'inhouse', data: texts.map(text => ({ text })) })
}

/** Somebody takes a unit of a run. */
export function acceptEssay(mephisto: Mephisto, name: string, run: TaskRun) {
  return simulatedWorker(mephisto, name, 'inhouse').accept(essay, run)
}

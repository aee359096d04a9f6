import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { createMephisto, implement, isMephistoError, MephistoError } from '../../sdk/index.js'
import type { MephistoErrorCode } from '../../sdk/errors.js'
import type { TickReport } from '../../sdk/operations/operator.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import type { Runtime } from '../../sdk/ports/runtime.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { sentiment } from '../sentiment.js'

/** What people and tools can ask of a server, whether it runs in this process or in one that may be killed. */
export interface Calls {
  /** A call of a task page, such as `register`. Fails with MephistoError. */
  page<T>(procedure: string, input: unknown, token?: string): Promise<T>
  /** A call of the operator side as this person, such as `review.decide`. Fails with MephistoError. */
  desk<T>(person: string, procedure: string, input: unknown): Promise<T>
  /** One round of upkeep. */
  tick(): Promise<TickReport>
}

/** What a page is told when it registers, as far as tests of the promises look at it. */
export interface Work {
  readonly status: string
  readonly reason?: string
  readonly agentId: string
  readonly unitId: string
  readonly agentToken: string
}

/** The small task with an onboarding, which whoever hands in "no" does not pass. */
export const schooled = defineBlueprint({
  type: 'schooled', input: sentiment.input, output: sentiment.output,
  onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.enum(['yes', 'no']) }) },
})

/** An instance over this database, in this process. The same secret for all: tokens of one are good at another. */
export function localCalls(db: MephistoDb, runtime: Partial<Runtime> = {}): Calls {
  const mephisto = createMephisto({
    db, runtime, providers: [inhouse()], blueprints: [implement(sentiment), implement(schooled, { validateOnboarding: ({ reply }) => reply === 'yes' })], secret: 'one secret for all the processes of it', authorize: () => null,
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  })
  return {
    page: pageCalls(mephisto),
    tick: () => mephisto.operator.tick(),
    async desk<T>(person: string, procedure: string, input: unknown) {
      const [part = '', name = ''] = procedure.split('.')
      const caller = mephisto.caller({ id: person, name: person, roles: ['operator'] }) as unknown as Readonly<Record<string, Readonly<Record<string, (input: unknown) => Promise<unknown>>>>>
      try {
        return await caller[part]?.[name]?.(input) as T
      } catch (error) {
        throw isMephistoError((error as Error).cause) ? (error as Error).cause : error
      }
    },
  }
}

/** An error as it travels between processes. */
export interface SentError {
  readonly code: MephistoErrorCode
  readonly message: string
}

/** An error for the way to another process. */
export function sentError(error: unknown): SentError {
  return { code: isMephistoError(error) ? error.code : 'internal', message: error instanceof Error ? error.message : String(error) }
}

/** An error that came from another process. */
export function receivedError({ code, message }: SentError): MephistoError {
  return new MephistoError(code, message)
}

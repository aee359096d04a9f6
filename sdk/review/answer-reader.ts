import type { BlueprintImplementation } from '../blueprints/implement.js'
import { isErasureMark } from '../data-model/erasure.js'
import type { TaskRun } from '../data-model/entities.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import { jsonText } from '../operations/json-text.js'
import { presentArgs } from '../operations/present-args.js'
import { withinMs } from '../operations/time-limit.js'
import type { Runtime } from '../ports/runtime.js'
import type { ExportRow } from '../protocol/export-views.js'
import type { JsonPayload } from '../protocol/worker-views.js'

/** An export waits for each answer. */
const LONGEST_MS = 10_000

/** What a blueprint's agent state makes of answers that are shown. */
export interface AnswerReader {
  /** The blueprint as this process has it. */
  readonly implementation: BlueprintImplementation
  /** Whether an answer and its item are of the present schemas. */
  isPresent(run: TaskRun, answer: Pick<ExportRow, 'schemaHash'>): boolean
  /** What follows from an answer; null for one of other schemas or that was erased, and where the blueprint derives nothing. */
  derived(run: TaskRun, answer: ShownAnswer): JsonPayload | null
  /**
   * An answer in the shape of the present schemas, with what follows from it.
   * @throws MephistoError `conflict` for one of other schemas that the blueprint does not migrate, or not to what fits
   */
  migrated(run: TaskRun, row: ExportRow): Promise<ExportRow>
}

/** How answers are shown. */
export interface Showing {
  /** Shows what the run's blueprint derives. @default nothing is derived */
  readonly reader?: AnswerReader | null
  /** In the present shape of the reader's blueprint. @default false: as they are stored */
  readonly isMigrated?: boolean
}

/** An answer as it is shown. */
export type ShownAnswer = Pick<ExportRow, 'unit' | 'input' | 'answer' | 'schemaHash'>

/** A reader of the answers of a blueprint. */
export function createAnswerReader(implementation: BlueprintImplementation, { logger }: Pick<Runtime, 'logger'>): AnswerReader {
  const { blueprint, schemaHash, server: { agentState } } = implementation
  // An answer may be of the present version in a run of an earlier one, whose inputs are of that.
  const isPresent = (run: TaskRun, answer: Pick<ExportRow, 'schemaHash'>): boolean => answer.schemaHash === schemaHash && run.schemaHash === schemaHash
  const refused = ({ unit }: ExportRow, why: string, cause?: unknown): MephistoError =>
    new MephistoError('conflict', `Unit ${unit} was asked or answered under another version of blueprint "${blueprint.type}", and ${why}. Export it as it is stored, or mend \`agentState.migrate\`.`, { cause })

  function derive(run: TaskRun, { unit, input, answer }: Omit<ShownAnswer, 'schemaHash'>): JsonPayload | null {
    if (!agentState?.derive || isErasureMark(answer)) return null
    try {
      const derived: unknown = agentState.derive({ input, answer, args: presentArgs(implementation, run) })
      if (derived instanceof Promise) derived.catch(() => undefined)
      return JSON.parse(jsonText(derived, 'derived')) as JsonPayload
    } catch (error) {
      logger.error({ err: error, blueprint: blueprint.type, unitId: unit }, 'agentState.derive of a blueprint failed; nothing is shown beside the answer')
      return null
    }
  }

  async function migrate(run: TaskRun, row: ExportRow): Promise<Pick<ExportRow, 'input' | 'answer'>> {
    if (!agentState?.migrate) throw refused(row, 'the blueprint has no `migrate`')
    let given: unknown
    try {
      given = await withinMs(LONGEST_MS, () => agentState.migrate?.({ input: row.input, answer: row.answer, inputSchemaHash: run.schemaHash, schemaHash: row.schemaHash, pageBuild: row.pageBuild }))
    } catch (cause) {
      throw refused(row, `migrating it failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
    }
    if (typeof given !== 'object' || given === null || !('input' in given) || !('answer' in given)) throw refused(row, '`migrate` gave no input and answer')
    const [input, answer] = await Promise.all([blueprint.input.safeParseAsync(given.input), blueprint.output.safeParseAsync(given.answer)])
    const issues = [...input.success ? [] : problemsOf(input.error.issues, 'input'), ...answer.success ? [] : problemsOf(answer.error.issues, 'answer')]
    if (issues.length > 0) throw refused(row, `what it was migrated to does not fit: ${describeProblems(issues)}`)
    return JSON.parse(jsonText({ input: input.data, answer: answer.data }, 'migrated')) as Pick<ExportRow, 'input' | 'answer'>
  }

  return {
    implementation, isPresent,
    derived: (run, answer) => (isPresent(run, answer) ? derive(run, answer) : null),
    async migrated(run, row) {
      if (isErasureMark(row.answer)) return row
      const present = isPresent(run, row) ? row : { ...row, ...await migrate(run, row), schemaHash }
      return { ...present, derived: derive(run, present) }
    },
  }
}

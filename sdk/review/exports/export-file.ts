import * as z from 'zod'
import type { BlueprintImplementation } from '../../blueprints/implement.js'
import { MephistoError } from '../../errors.js'
import { createRegistry } from '../../operations/registry.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { systemRuntime } from '../../ports/system-runtime.js'
import type { ExportFilterQuery } from '../../protocol/data-requests.js'
import { checkedRequest } from '../act-once.js'
import { createAnswerReader } from '../answer-reader.js'
import { EXPORT_FORMATS, exportContent, type ExportFormat } from './export-content.js'
import { selectAnswers } from './selected-answers.js'

/** Which answers are exported, and how they are written. */
export type ExportFileOptions = ExportFilterQuery & {
  readonly format: ExportFormat
  /** Adds what these derive from their answers, and is needed for `migrated`. @default none */
  readonly blueprints?: readonly BlueprintImplementation[]
}

/**
 * The content of an export file, piece by piece in constant memory, as `mephisto export` writes it: for
 * `pipeline(exportFile(db, …), createWriteStream('answers.csv'))`. The answers of a run, task (by name or id), project or person,
 * `from` an instant and `before` another; run by run, each row with its run. CSV and Parquet have a column for each field that a
 * version of the blueprint has.
 * @throws MephistoError when the reading begins: `invalid_input` for a wrong option, and for CSV and Parquet of several
 * blueprints; `not_found` for something that is named; later: `conflict` for an answer that cannot be migrated, or not be of its column
 */
export async function* exportFile(db: MephistoDb, { format, blueprints = [], ...query }: ExportFileOptions): AsyncGenerator<string | Uint8Array> {
  checkedRequest(z.object({ format: z.enum(EXPORT_FORMATS) }), { format })
  const readers = createRegistry('blueprint', blueprints.map(blueprint => createAnswerReader(blueprint, systemRuntime())), ({ implementation }) => implementation.blueprint.type)
  const { pages, shape } = await selectAnswers(db, query, (type, isMigrated) => {
    const reader = readers.find(type)
    if (isMigrated && !reader) throw new MephistoError('invalid_options', `What migrates answers of the blueprint "${type}" is its implementation; add that to "blueprints".`)
    return { isMigrated, reader }
  })
  yield* exportContent(db, pages, { format, ...shape })
}

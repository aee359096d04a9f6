import { isErasureMark } from '../data-model/erasure.js'
import type { ExportRow } from '../protocol/export-views.js'
import type { AnyBlueprint, InferInput, InferOutput } from './blueprint.js'

/** One exported answer, typed by its blueprint. */
export interface TypedExportRow<B extends AnyBlueprint> extends Omit<ExportRow, 'input' | 'answer'> {
  readonly input: InferInput<B>
  readonly answer: InferOutput<B>
}

/**
 * Answers typed by their blueprint, by which the server checked input and answer when they came in. Those that were erased
 * since are left out: what stands in their place is nothing that the blueprint knows.
 */
export async function* typedExportRows<B extends AnyBlueprint>(_blueprint: B, rows: AsyncIterable<ExportRow>): AsyncGenerator<TypedExportRow<B>> {
  for await (const row of rows) if (!isErasureMark(row.answer)) yield row as TypedExportRow<B>
}

import type { ExportRow } from '../protocol/export-views.js'
import type { AnyBlueprint, InferInput, InferOutput } from './blueprint.js'

/** One exported answer, typed by its blueprint. */
export interface TypedExportRow<B extends AnyBlueprint> extends Omit<ExportRow, 'input' | 'answer'> {
  readonly input: InferInput<B>
  readonly answer: InferOutput<B>
}

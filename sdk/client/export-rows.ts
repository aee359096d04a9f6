import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { typedExportRows, type TypedExportRow } from '../blueprints/typed-export-row.js'
import type { ExportRow } from '../protocol/export-views.js'

/** Which answers to export. */
export interface ExportOptions {
  readonly run: string
  /** Also those that were kept without counting. @default false */
  readonly includeSetAside?: boolean
  /** Those of earlier versions of the blueprint in its present shape, by its `agentState.migrate`. @default false: as they are stored */
  readonly migrated?: boolean
  /** Rows fetched at a time. @default the server's */
  readonly pageSize?: number
}

/** A page's query as `data.export` takes it. */
export interface ExportQuery {
  readonly run: string
  includeSetAside?: boolean
  migrated?: boolean
  limit?: number
  cursor?: string
}

/** Fetches one page. */
export type ExportPager = (query: ExportQuery) => Promise<{ rows: ExportRow[]; nextCursor: string | null }>

/**
 * Walks through an export page by page. Types come from the blueprint alone: the server checked input and answer when
 * they came in, and a row's `schemaHash` tells when that was another version of the blueprint. Erased answers are left out.
 */
export function exportRows<B extends AnyBlueprint>(
  blueprint: B,
  options: ExportOptions,
  fetchPage: ExportPager,
): AsyncGenerator<TypedExportRow<B>> {
  return typedExportRows(blueprint, rowsOf(options, fetchPage))
}

async function* rowsOf(options: ExportOptions, fetchPage: ExportPager): AsyncGenerator<ExportRow> {
  const query: ExportQuery = {
    run: options.run,
    ...(options.includeSetAside === undefined ? {} : { includeSetAside: options.includeSetAside }),
    ...(options.migrated === undefined ? {} : { migrated: options.migrated }),
    ...(options.pageSize === undefined ? {} : { limit: options.pageSize }),
  }
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await fetchPage(cursor === undefined ? query : { ...query, cursor })
    yield* page.rows
    cursor = page.nextCursor
  }
}

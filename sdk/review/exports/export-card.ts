import type { UnitStatus } from '../../data-model/lifecycle.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { datasetCard, type CardFacts, type CardRun } from './dataset-card.js'
import { typesOf, type ExportShape } from './columns.js'
import { parquetColumns, provenanceColumns } from './parquet.js'
import type { SelectedAnswers } from './selected-answers.js'

/** The dataset card of an export whose rows have been read. */
export async function exportCard(db: MephistoDb, { shape, count, runs, removed }: SelectedAnswers, facts: Pick<CardFacts, 'file' | 'license' | 'tally'>): Promise<string> {
  const told: CardRun[] = []
  const sums: Partial<Record<UnitStatus, number>> = {}
  for await (const { id, taskName, blueprintType, schemaHash, unitsPerAssignment, payMinor, currency, createdAt, config: { title, description } } of runs()) {
    told.push({ id, taskName, blueprintType, schemaHash, unitsPerAssignment, payMinor, currency, createdAt, config: { title, description } })
    if (count === null) continue
    const { units } = await db.data.ordinaryWork(id)
    for (const [status, number] of Object.entries(units) as [UnitStatus, number][]) sums[status] = (sums[status] ?? 0) + number
  }
  return datasetCard({
    ...facts, runs: told, removed: removed.size, units: count === null || told.length === 0 ? null : sums as Record<UnitStatus, number>,
    migratedTo: shape.isMigrated ? shape.reader?.implementation.schemaHash ?? null : null, columns: await columnsOf(db, shape),
  })
}

/** As in a table; of several blueprints, which come as jsonl alone, input and answer as a whole. */
function columnsOf(db: MephistoDb, shape: ExportShape): Promise<CardFacts['columns']> {
  if (typesOf(shape.versions).length <= 1) return parquetColumns(db, shape)
  return Promise.resolve([...provenanceColumns(), ...['input', 'answer'].map(name => ({ name, type: 'JSON' }))])
}

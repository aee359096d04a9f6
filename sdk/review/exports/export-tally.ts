import type { ExportPage } from './selected-answers.js'

/** What went through an export. Instants are ISO 8601 in UTC. */
export interface ExportTally {
  /** Answers that count. */
  answers: number
  /** Answers that were kept without counting. */
  setAside: number
  /** Pseudonyms of those whose answers count. */
  readonly workers: Set<string>
  /** When the first and the last were given; null before there is one. */
  firstAt: string | null
  lastAt: string | null
}

/** Hands answers on, and notes in the tally what they were. */
export async function* tallied(pages: AsyncIterable<ExportPage>, tally: ExportTally): AsyncGenerator<ExportPage> {
  for await (const rows of pages) {
    for (const row of rows) {
      if (row.outcome === 'completed') {
        tally.answers += 1
        tally.workers.add(row.worker)
      } else tally.setAside += 1
      if (tally.firstAt === null || row.submittedAt < tally.firstAt) tally.firstAt = row.submittedAt
      if (tally.lastAt === null || row.submittedAt > tally.lastAt) tally.lastAt = row.submittedAt
    }
    yield rows
  }
}

/** A tally before the first row. */
export function newTally(): ExportTally {
  return { answers: 0, setAside: 0, workers: new Set(), firstAt: null, lastAt: null }
}

import { describe, expect, test } from 'vitest'
import { FULL_SUPPLY, NO_GATES, type TaskRun } from '../../sdk/data-model/entities.js'
import { NO_FEATURES } from '../../sdk/data-model/features.js'
import { datasetCard, type CardFacts } from '../../sdk/review/exports/dataset-card.js'

const run = {
  id: 'run-1', taskId: 't', taskName: 'a|b `c`', requester: 'Dr Person', provider: 'p', blueprintType: 'b', schemaHash: 'h', status: 'completed', unitsPerAssignment: 1, leaseMs: 1, currency: 'JPY', payMinor: 0,
  config: { title: 'Title: "quoted"\n# not a heading', description: 'one\ntwo', gates: NO_GATES, supply: FULL_SUPPLY, features: NO_FEATURES, args: {}, page: null }, budgetMinor: null, cappedBy: null, freeFrom: 0, reservedMinor: 0, owedMinor: 0, paidMinor: 0,
  unitsTotal: 7, unitsOpen: 0, unitsAnswered: 0, dataFeed: null, createdAt: 0, startedAt: 0, endedAt: 0, archivedAt: null, dataRemovedAt: null,
} satisfies TaskRun
const facts: CardFacts = {
  migratedTo: null, removed: 0,
  runs: [run], file: 'a b.jsonl', license: null, columns: [{ name: 'answer.x|y', type: 'STRING' }], tally: { answers: 0, setAside: 0, workers: new Set(['w-1']), firstAt: null, lastAt: null },
  units: { created: 0, launched: 0, assigned: 0, completed: 0, accepted: 0, soft_rejected: 0, rejected: 0, expired: 1 },
}

describe('a dataset card', () => {
  test('names the version that the rows are in', () => {
    expect(datasetCard(facts)).toContain(`version \`${run.schemaHash}\`.`)
    expect(datasetCard(facts)).not.toContain('Left out')
    expect(datasetCard({ ...facts, removed: 2 })).toContain('\nLeft out: 2 runs whose data was removed.\n')
    expect(datasetCard({ ...facts, migratedTo: 'after' })).toContain(`version \`after\`, into which what was asked or answered under others was migrated (launched as \`${run.schemaHash}\`)`)
  })

  test('stays whole whatever people wrote, and names nobody', () => {
    const card = datasetCard(facts)
    expect(card).toContain('pretty_name: "Title: \\"quoted\\"\\n# not a heading"\n')
    expect(card).toContain('\n# Title: "quoted" # not a heading\n')
    expect(card).toContain('\n> one\n> two\n')
    expect(card).toContain("the task `a\\|b 'c'`")
    expect(card).toContain('| `answer.x\\|y` | STRING |')
    expect(card).toContain('0 answers by 1 person to 1 unit')
    expect(card).toContain('No answer has come yet.')
    expect(card).toContain('Pay: nothing')
    expect(card).not.toContain('license:')
    expect(card).not.toContain('Person\n')
    expect(card).not.toContain('Dr Person')
  })

  test.each([[999, 'n<1K'], [1_000, '1K<n<10K'], [99_999, '10K<n<100K'], [2_000_000, '1M<n<10M'], [2e8, '100M<n<1B']])('of %i rows is of the size %s', (answers, size) => {
    expect(datasetCard({ ...facts, tally: { ...facts.tally, answers } })).toContain(`size_categories:\n- ${size}\n`)
  })

  test.each(['', 'a b', 'mit\nlicense: other', '-x'])('refuses the licence %j', license => {
    expect(() => datasetCard({ ...facts, license })).toThrow('is no licence identifier')
  })
})

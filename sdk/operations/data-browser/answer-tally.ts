import type { AgreementView, FieldStatisticsView } from '../../protocol/data-views.js'
import { createAgreementSums, type AgreementSums } from '../../quality/agreement.js'
import { valueIn, type Choice, type SchemaField } from '../schema-fields.js'
import { createNumberHistogram } from './number-histogram.js'

/** An answer with the fields of the schema that it was given under. */
export interface TalliedAnswer {
  readonly fields: readonly SchemaField[]
  readonly answer: unknown
}

/** Adds up answers field by field, in memory that does not grow with their number. */
export interface AnswerTally {
  /** Answers to one item, each by somebody else. */
  add(item: readonly TalliedAnswer[]): void
  result(): readonly FieldStatisticsView[]
}

interface FieldTally {
  /** A value, and what the field may be in the version of the blueprint that it was given under; null when that is not listed. */
  add(value: unknown, choices: readonly Choice[] | null): void
  result(agreement: AgreementView | null): FieldStatisticsView
}

/** A tally of the fields that list their choices, are true or false, or are numbers; others have no histogram. */
export function createAnswerTally(): AnswerTally {
  // By kind and name: another version of a blueprint may have made something else of a field.
  const tallies = new Map<string, { readonly tally: FieldTally; readonly agreement: AgreementSums }>()
  return {
    add(item) {
      const given = new Map<string, unknown[]>()
      for (const { fields, answer } of item) {
        for (const field of fields) {
          const kind = field.choices ? 'choice' : field.kind === 'integer' || field.kind === 'number' ? 'number' : null
          if (kind === null) continue
          const key = JSON.stringify([kind, field.name])
          const { tally } = tallies.get(key) ?? begun(key, field)
          const value = valueIn(answer, field)
          tally.add(value, field.choices)
          if (kind === 'choice' ? value !== undefined && value !== null : typeof value === 'number') {
            const values = given.get(key) ?? []
            given.set(key, values)
            values.push(value)
          }
        }
      }
      for (const [key, values] of given) tallies.get(key)?.agreement.add(values)
    },
    result: () => [...tallies.values()].map(({ tally, agreement }) => tally.result(agreement.result())),
  }

  function begun(key: string, { name, choices }: SchemaField): { readonly tally: FieldTally; readonly agreement: AgreementSums } {
    const field = choices ? { tally: choiceTally(name), agreement: createAgreementSums('nominal') } : { tally: numberTally(name), agreement: createAgreementSums('interval') }
    tallies.set(key, field)
    return field
  }
}

function choiceTally(field: string | null): FieldTally {
  const counts = new Map<unknown, { readonly value: Choice; count: number }>()
  let [other, missing] = [0, 0]
  return {
    add(value, choices) {
      // Another version of the blueprint may have added some.
      for (const choice of choices ?? []) if (!counts.has(choice)) counts.set(choice, { value: choice, count: 0 })
      const known = counts.get(value)
      if (known) known.count += 1
      else if (value === undefined || value === null) missing += 1
      else other += 1
    },
    result: agreement => ({ kind: 'choice', field, counts: [...counts.values()].map(one => ({ ...one })), other, missing, agreement }),
  }
}

function numberTally(field: string | null): FieldTally {
  const histogram = createNumberHistogram()
  let [count, missing, mean, least, most] = [0, 0, 0, Infinity, -Infinity]
  return {
    add(value) {
      if (typeof value !== 'number') {
        missing += 1
        return
      }
      count += 1
      // Each by itself: the difference of two that are large may be none that a number can be.
      mean += value / count - mean / count
      least = Math.min(least, value)
      most = Math.max(most, value)
      histogram.add(value)
    },
    result: agreement => ({
      kind: 'number', field, bins: histogram.bins().map(bin => ({ ...bin })), missing, agreement,
      ...(count === 0 ? { least: null, most: null, mean: null } : { least, most, mean }),
    }),
  }
}

import type { FieldStatisticsView } from '../../protocol/data-views.js'
import { valueIn, type Choice, type SchemaField } from '../schema-fields.js'
import { createNumberHistogram } from './number-histogram.js'

/** Adds up answers field by field, in memory that does not grow with their number. */
export interface AnswerTally {
  /** An answer with the fields of the schema that it was given under. */
  add(fields: readonly SchemaField[], answer: unknown): void
  result(): readonly FieldStatisticsView[]
}

interface FieldTally {
  /** A value, and what the field may be in the version of the blueprint that it was given under; null when that is not listed. */
  add(value: unknown, choices: readonly Choice[] | null): void
  result(): FieldStatisticsView
}

/** A tally of the fields that list their choices, are true or false, or are numbers; others have no histogram. */
export function createAnswerTally(): AnswerTally {
  // By kind and name: another version of a blueprint may have made something else of a field.
  const tallies = new Map<string, FieldTally>()
  return {
    add(fields, answer) {
      for (const field of fields) {
        const kind = field.choices ? 'choice' : field.kind === 'integer' || field.kind === 'number' ? 'number' : null
        if (kind === null) continue
        const key = JSON.stringify([kind, field.name])
        const tally = tallies.get(key) ?? (field.choices ? choiceTally(field.name) : numberTally(field.name))
        tallies.set(key, tally)
        tally.add(valueIn(answer, field), field.choices)
      }
    },
    result: () => [...tallies.values()].map(tally => tally.result()),
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
    result: () => ({ kind: 'choice', field, counts: [...counts.values()].map(one => ({ ...one })), other, missing }),
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
    result: () => ({
      kind: 'number', field, bins: histogram.bins().map(bin => ({ ...bin })), missing,
      ...(count === 0 ? { least: null, most: null, mean: null } : { least, most, mean }),
    }),
  }
}

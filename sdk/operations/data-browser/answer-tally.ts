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
  add(value: unknown): void
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
        const tally = tallies.get(key) ?? (field.choices ? choiceTally(field.name, field.choices) : numberTally(field.name))
        tallies.set(key, tally)
        tally.add(valueIn(answer, field))
      }
    },
    result: () => [...tallies.values()].map(tally => tally.result()),
  }
}

function choiceTally(field: string | null, choices: readonly Choice[]): FieldTally {
  const counts = new Map<unknown, { readonly value: Choice; count: number }>(choices.map(value => [value, { value, count: 0 }]))
  let [other, missing] = [0, 0]
  return {
    add(value) {
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
      mean += (value - mean) / count
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

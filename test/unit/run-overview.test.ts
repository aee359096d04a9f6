import { expect, test } from 'vitest'
import { NO_FEATURES, type RunFeatures } from '../../sdk/data-model/features.js'
import type { RunConfig } from '../../sdk/data-model/entities.js'
import { goldPlace } from '../../sdk/operations/run-overview.js'

const gold = { rightId: 'r', wrongId: 'w', items: 1, minimumRight: 0, mostWrong: 0, rate: null, mostUnits: null }
const training = { qualificationId: 'q', items: 1, minimumRight: 0 }

test.each<[string, string, Partial<RunFeatures>, string | null]>([
  ['none', 'b', {}, null], ['none', 'b', { training }, null], ['alone', 'b', { gold }, 'alone'], ['beside training', 'b', { gold, training }, 'apart'], ['in runs of the original', 'original', {}, 'anywhere'],
])('gold units: %s', (_, blueprintType, features, place) => {
  expect(goldPlace({ blueprintType, config: { features: { ...NO_FEATURES, ...features } } as RunConfig })).toBe(place)
})

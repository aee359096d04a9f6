import { describe, expect, test } from 'vitest'
import { NO_FEATURES, type GoldFeature, type RunFeatures } from '../../sdk/data-model/features.js'
import { nextStep } from '../../sdk/operations/next-step.js'

const onboarding = { qualificationId: 'onboarded', input: 'null' }
const training = { qualificationId: 'trained', items: 3, minimumRight: 2 }
const screening = { passedId: 'passed', failedId: 'failed', items: 5, mostUnits: null }
const gold = { rightId: 'right', wrongId: 'wrong', items: 20, minimumRight: 2, mostWrong: 1, rate: null, mostUnits: null }
const attention = { passedId: 'attentive', failedId: 'inattentive', mostFailed: 1 }
const all: RunFeatures = { onboarding, training, screening, gold, attention, minimumTimeMs: 0 }
const step = (features: Partial<RunFeatures>, granted: Readonly<Record<string, number>> = {}, completed = 0) => nextStep({ ...NO_FEATURES, ...features }, new Map(Object.entries(granted)), completed)
const special = (unit: string, orElse: string) => ({ kind: 'special', unit, orElse })
const refused = (reason: string) => ({ kind: 'refused', reason })

describe('what comes next for a worker', () => {
  test('is work, where a run asks for nothing else', () => {
    expect(step({})).toEqual({ kind: 'work' })
  })

  test('is, in this order, onboarding, training, screening, the first gold units, and work', () => {
    expect(step(all)).toEqual({ kind: 'onboarding' })
    expect(step(all, { onboarded: 1 })).toEqual(special('training', 'refusal'))
    expect(step(all, { onboarded: 1, trained: 2 })).toEqual(special('screening', 'refusal'))
    expect(step(all, { onboarded: 1, trained: 3, passed: 1 })).toEqual(special('gold', 'refusal'))
    expect(step(all, { onboarded: 1, trained: 3, passed: 1, right: 2 })).toEqual({ kind: 'work' })
  })

  test.each([
    [{ onboarded: 0 }, 'onboarding_failed'], [{ onboarded: 1, trained: 1 }, 'training_failed'], [{ failed: 1 }, 'screening_failed'], [{ onboarded: 1, passed: 1, failed: 1 }, 'screening_failed'],
    [{ onboarded: 1, trained: 3, passed: 1, right: 9, wrong: 2 }, 'gold_failed'], [{ wrong: 2 }, 'gold_failed'],
    [{ inattentive: 2 }, 'attention_failed'], [{ onboarded: 1, trained: 3, passed: 1, right: 9, attentive: 9, inattentive: 2 }, 'attention_failed'],
  ])('is nothing for who has %j: %s', (granted, reason) => {
    expect(step(all, granted)).toEqual(refused(reason))
  })

  test('is ordinary work where ordinary work screens', () => {
    expect(step({ screening: { ...screening, items: 0 } })).toEqual({ kind: 'work' })
    expect(step({ screening: { ...screening, items: 0 } }, { failed: 1 })).toEqual(refused('screening_failed'))
  })
})

describe('(row 75) the share of gold units', () => {
  /** How many of so many units of one worker are gold, all answered rightly. */
  function golds(feature: Partial<GoldFeature>, units: number): number {
    let right = 0
    for (let completed = 0; completed < units; completed += 1) {
      if (step({ gold: { ...gold, ...feature } }, { right, wrong: 0 }, completed).kind === 'special') right += 1
    }
    return right
  }
  test('falls with what a worker has done: some 5 of 100, some 1 in 100 of 1,000', () => {
    expect(golds({}, 100)).toBe(2 + 4)
    expect(golds({}, 1_000)).toBe(2 + 11)
  })
  test('is what was asked for', () => {
    expect(golds({ rate: 0.1, minimumRight: 0 }, 100)).toBe(9)
    expect(golds({ rate: 0 }, 100)).toBe(2)
  })
  test('grows by one for each wrong answer', () => {
    expect(step({ gold }, { right: 2, wrong: 0 }, 5)).toEqual({ kind: 'work' })
    expect(step({ gold }, { right: 2, wrong: 1 }, 5)).toEqual(special('gold', 'work'))
  })
})

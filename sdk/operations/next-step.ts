import type { GoldFeature, RunFeatures, SpecialKind } from '../data-model/features.js'
import type { RefusalReason } from '../protocol/refusals.js'

/** What comes next for a worker who was admitted to a run. */
export type NextStep =
  | { readonly kind: 'work' }
  | { readonly kind: 'onboarding' }
  /** A unit of this kind; where there is none for the worker, ordinary work, or a refusal that says why. */
  | { readonly kind: 'special'; readonly unit: SpecialKind; readonly orElse: 'refusal' | 'work' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

const refused = (reason: RefusalReason): NextStep => ({ kind: 'refused', reason })

/** What a run's features ask of a worker next, from the values of their qualifications and the units they completed in the run. Pure. */
export function nextStep({ onboarding, training, screening, gold, attention }: RunFeatures, granted: ReadonlyMap<string, number>, completed: number): NextStep {
  const value = (id: string): number | null => granted.get(id) ?? null
  const onboarded = onboarding && value(onboarding.qualificationId)
  if (onboarding && onboarded === 0) return refused('onboarding_failed')
  if (screening && value(screening.failedId) !== null) return refused('screening_failed')
  if (gold && (value(gold.wrongId) ?? 0) > gold.mostWrong) return refused('gold_failed')
  if (attention && (value(attention.failedId) ?? 0) > attention.mostFailed) return refused('attention_failed')
  if (onboarding && onboarded === null) return { kind: 'onboarding' }
  if (training) {
    const right = value(training.qualificationId)
    if (right === null) return { kind: 'special', unit: 'training', orElse: 'refusal' }
    if (right < training.minimumRight) return refused('training_failed')
  }
  if (screening && screening.items > 0 && value(screening.passedId) === null) return { kind: 'special', unit: 'screening', orElse: 'refusal' }
  if (!gold) return { kind: 'work' }
  const [right, wrong] = [value(gold.rightId) ?? 0, value(gold.wrongId) ?? 0]
  if (right < gold.minimumRight) return { kind: 'special', unit: 'gold', orElse: 'refusal' }
  return isGoldDue(gold, { right, wrong, completed }) ? { kind: 'special', unit: 'gold', orElse: 'work' } : { kind: 'work' }
}

/**
 * Whether the worker's next unit is a gold one, beyond those that come first: by the share that was asked for, or by
 * Mephisto's rule, in which the gold units beyond the first ones grow as log10(completed + 1)^2.2, so that of 100 units some
 * 5 % are gold and of 1,000 some 1 %; each wrong answer asks for one more (facebookresearch/Mephisto, `use_gold_unit`).
 */
function isGoldDue({ minimumRight, rate }: GoldFeature, { right, wrong, completed }: { readonly right: number; readonly wrong: number; readonly completed: number }): boolean {
  if (rate !== null) return right + wrong < minimumRight + Math.floor(rate * completed)
  return right - (minimumRight + wrong) < Math.ceil(Math.log10(completed + 1) ** 2.2) - 1
}

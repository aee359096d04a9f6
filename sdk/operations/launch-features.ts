import * as z from 'zod'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { RunFeatures, SpecialKind } from '../data-model/features.js'
import { isIterable } from '../data-model/iterable.js'
import { describeProblems, problemsOf } from '../errors.js'
import type { NewSpecialItem } from '../ports/special-operations.js'
import type { WorkParts } from '../ports/work-parts.js'
import { nameText } from '../protocol/text.js'
import { jsonText } from './json-text.js'
import { knownItems, type KnownItems } from './known-items.js'
import { refusedLaunch } from './launch-refusal.js'
import type { Holder } from './publishing/follow-run.js'

/** What a run asks of its workers besides the work; see `docs/decisions/0019-features.md` for the order. */
export interface FeatureOptions<TRow = unknown, TAnswer = unknown, TOnboardingInput = unknown> {
  /** Everybody does the blueprint's onboarding first. Who passed is granted the qualification with 1, who did not with 0. */
  readonly onboarding?: { readonly qualification: string; readonly input: TOnboardingInput }
  /**
   * Everybody does these items first, and is told after each whether it was right. When all are done the qualification is
   * granted with the number of right answers. @default minimumRight 0
   */
  readonly training?: { readonly qualification: string; readonly items: KnownItems<TRow, TAnswer>; readonly minimumRight?: number }
  /**
   * A right answer is granted `passed` and lets its worker go on, a wrong one is granted `failed` and does not. Without `items`
   * the first ordinary units of each worker are judged, by the blueprint's `judge`. `mostUnits` bounds the screening units
   * of the run; one that was given back makes its place free. @default mostUnits no limit
   */
  readonly screening?: { readonly passed: string; readonly failed: string; readonly items?: KnownItems<TRow, TAnswer>; readonly mostUnits?: number }
  /**
   * Items among the ordinary ones that look the same. `<qualification>-right` and `<qualification>-wrong` count each worker's
   * answers to them. Everybody answers `minimumRight` rightly before any ordinary unit; who has more than `mostWrong` wrong
   * ones gets no work any more, nor does who has answered all items and fewer than `minimumRight` rightly: give `minimumRight + mostWrong`
   * items or more. `rate` is the share of gold among a worker's units, 0 to 1.
   * @default minimumRight 1, mostWrong 0, rate falling from 5 % at 100 units to 1 % at 1,000, mostUnits no limit
   */
  readonly gold?: {
    readonly qualification: string; readonly items: KnownItems<TRow, TAnswer>
    readonly minimumRight?: number; readonly mostWrong?: number; readonly rate?: number; readonly mostUnits?: number
  }
  /**
   * Answers are looked at by the blueprint's `passesAttention`: `<qualification>-passed` and `<qualification>-failed` count each
   * worker's. Who has failed more than `mostFailed` times gets no work any more. @default mostFailed 0
   */
  readonly attention?: { readonly qualification: string; readonly mostFailed?: number }
  /** An answer that comes sooner after its unit was taken is refused, and the worker is told so, ms. At most the lease. @default 0 */
  readonly minimumTimeMs?: number
  /** Who holds one of these qualifications gets no work: whoever is to be kept out is granted it, at any time. They are made where nobody has made them before. @default none */
  readonly blockQualifications?: readonly string[]
}

const name = nameText(190)
const count = z.int().min(0).max(1_000_000)
const items = z.custom<KnownItems>(isIterable, 'must be an array, an iterable or an async iterable of items').meta({ typeText: 'items with known answers' })

/** {@link FeatureOptions} with their bounds; what they are described with is what `mephisto options` says. */
export const FEATURES_SHAPE = {
  onboarding: z.strictObject({
    qualification: name.describe('Granted with 1 to who passed, with 0 to who did not.'),
    input: z.unknown().meta({ description: 'What the onboarding page gets, by its own schema.', typeText: 'anything' }),
  }).optional().describe('Everybody does the onboarding of the blueprint first.'),
  training: z.strictObject({
    qualification: name.describe('Granted with the number of right answers when all items are done.'), items: items.describe('What everybody does.'),
    minimumRight: count.default(0).describe('Who has fewer right answers gets no work.'),
  }).optional().describe('Everybody does these items first, and is told after each whether it was right.'),
  screening: z.strictObject({
    passed: name.describe('Granted for a right answer, which lets its worker go on.'), failed: name.describe('Granted for a wrong answer, after which there is no work.'),
    items: items.exactOptional().describe('What is answered; without it, the first ordinary units of each worker are judged.'),
    mostUnits: z.int().min(1).exactOptional().describe('Most screening units of the run; without it, no limit.'),
  }).optional().describe('An answer that decides who may go on.'),
  gold: z.strictObject({
    qualification: name.describe('<qualification>-right and <qualification>-wrong count the answers of each worker.'), items: items.describe('What is mixed in: minimumRight + mostWrong items or more.'),
    minimumRight: count.default(1).describe('Right answers that come before any ordinary unit.'), mostWrong: count.default(0).describe('Who has more wrong answers gets no work any more.'),
    rate: z.number().min(0).max(1).exactOptional().describe('Share of gold among the units of a worker; without it, one that falls from 5 % at 100 units to 1 % at 1,000.'),
    mostUnits: z.int().min(1).exactOptional().describe('Most gold units of the run; without it, no limit.'),
  }).optional().describe('Items with known answers among the ordinary ones that look the same.'),
  attention: z.strictObject({
    qualification: name.describe('<qualification>-passed and <qualification>-failed count the answers of each worker.'),
    mostFailed: count.default(0).describe('Who has failed more often gets no work any more.'),
  }).optional().describe('Answers are looked at by passesAttention of the blueprint.'),
  minimumTimeMs: z.int().min(0).max(86_400_000).default(0).describe('An answer that comes sooner after its unit was taken is refused, ms; at most the lease.'),
  blockQualifications: z.array(name).max(50).readonly().default([]).describe('Who holds one of these qualifications gets no work; they are made where there is none of the name.'),
} as const

/** Features that were checked, with their defaults. */
export type ParsedFeatures = z.output<z.ZodObject<typeof FEATURES_SHAPE>>

/** The items of a run that are not its work, by what they are for. */
export type SpecialItems = Readonly<Record<SpecialKind, readonly NewSpecialItem[]>>

/** Features that fit their blueprint, with the items that are stored for them. */
export interface CheckedFeatures {
  readonly options: ParsedFeatures
  readonly items: SpecialItems
  /** JSON text. */
  readonly onboardingInput: string | null
}

/** Checks features against the blueprint, and writes nothing. @throws MephistoError `invalid_input`, naming the option */
export async function checkFeatures(parts: Pick<WorkParts, 'runtime'>, implementation: BlueprintImplementation, options: ParsedFeatures): Promise<CheckedFeatures> {
  const { onboarding, training, screening, gold } = options
  checkBlueprint(implementation, options)
  const items = {
    training: training ? await knownItems(parts, implementation, { kind: 'training', given: training.items }) : [],
    screening: screening?.items ? await knownItems(parts, implementation, { kind: 'screening', given: screening.items, mostUnits: screening.mostUnits }) : [],
    gold: gold ? await knownItems(parts, implementation, { kind: 'gold', given: gold.items, mostUnits: gold.mostUnits }) : [],
  }
  checkMinimum('training', training?.minimumRight, items.training.length)
  checkMinimum('gold', gold?.minimumRight, items.gold.length)
  return { options, items, onboardingInput: onboarding ? await checkedOnboarding(implementation, onboarding.input) : null }
}

/**
 * What is stored of features with their run; finds or makes the qualifications that they grant: in one order,
 * so that two which make the same ones do not wait for each other.
 */
export async function storeFeatures({ tx, at, newId }: Holder, { options, items, onboardingInput }: CheckedFeatures): Promise<RunFeatures> {
  const { onboarding, training, screening, gold, attention, minimumTimeMs } = options
  const ids = new Map<string, string>()
  for (const made of [...qualificationsMade(options)].sort()) ids.set(made, await tx.qualifications.ensure({ id: newId(), name: made, at }))
  const idOf = (qualification: string): string => ids.get(qualification) ?? ''
  return {
    onboarding: onboarding ? { qualificationId: idOf(onboarding.qualification), input: onboardingInput ?? 'null' } : null,
    training: training ? { qualificationId: idOf(training.qualification), items: items.training.length, minimumRight: training.minimumRight } : null,
    screening: screening ? {
      passedId: idOf(screening.passed), failedId: idOf(screening.failed), items: items.screening.length, mostUnits: screening.mostUnits ?? null,
    } : null,
    gold: gold ? {
      rightId: idOf(`${gold.qualification}-right`), wrongId: idOf(`${gold.qualification}-wrong`), items: items.gold.length,
      minimumRight: gold.minimumRight, mostWrong: gold.mostWrong, rate: gold.rate ?? null, mostUnits: gold.mostUnits ?? null,
    } : null,
    attention: attention ? { passedId: idOf(`${attention.qualification}-passed`), failedId: idOf(`${attention.qualification}-failed`), mostFailed: attention.mostFailed } : null,
    minimumTimeMs,
  }
}

/** The qualifications that a launch makes, where nobody has made them before. */
export function qualificationsMade({ onboarding, training, screening, gold, attention, blockQualifications }: ParsedFeatures): readonly string[] {
  return [
    ...blockQualifications,
    ...(onboarding ? [onboarding.qualification] : []), ...(training ? [training.qualification] : []), ...(screening ? [screening.passed, screening.failed] : []),
    ...(gold ? [`${gold.qualification}-right`, `${gold.qualification}-wrong`] : []),
    ...(attention ? [`${attention.qualification}-passed`, `${attention.qualification}-failed`] : []),
  ]
}

function checkBlueprint({ server }: BlueprintImplementation, { screening, attention }: ParsedFeatures): void {
  if (attention && !server.passesAttention) throw refusedLaunch('attention', 'looks at answers, and the blueprint has no `passesAttention`; give implement() one')
  if (screening && !screening.items && !server.judge) throw refusedLaunch('screening', 'judges ordinary units, and the blueprint has no `judge`; give implement() one, or give screening items')
  if (screening && !screening.items && screening.mostUnits !== undefined) throw refusedLaunch('screening.mostUnits', 'is about screening items, and there are none')
  if (screening && screening.passed === screening.failed) throw refusedLaunch('screening.failed', 'must be another qualification than passed')
}

function checkMinimum(kind: 'training' | 'gold', minimumRight: number | undefined, items: number): void {
  if (minimumRight !== undefined && minimumRight > items) throw refusedLaunch(`${kind}.minimumRight`, `is more than the ${String(items)} items there are`)
}

async function checkedOnboarding({ blueprint }: BlueprintImplementation, input: unknown): Promise<string> {
  if (!blueprint.onboarding) throw refusedLaunch('onboarding', `blueprint "${blueprint.type}" has none; give it an onboarding with its schemas`)
  const parsed = await blueprint.onboarding.input.safeParseAsync(input)
  if (!parsed.success) throw refusedLaunch('onboarding', `does not fit its schema: ${describeProblems(problemsOf(parsed.error.issues, 'input'))}`)
  return jsonText(parsed.data, 'onboarding.input')
}

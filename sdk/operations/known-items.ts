import * as z from 'zod'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import { MOST_SPECIAL_ITEMS, specialPositions, type SpecialKind } from '../data-model/features.js'
import type { AnyIterable } from '../data-model/iterable.js'
import { describeProblems, problemsOf } from '../errors.js'
import type { NewSpecialItem } from '../ports/special-operations.js'
import type { WorkParts } from '../ports/work-parts.js'
import { jsonText } from './json-text.js'
import { refusedLaunch } from './launch-refusal.js'

/** An item with a known answer. */
export interface KnownItem<TRow = unknown, TAnswer = unknown> {
  readonly input: TRow
  /** What a right answer is: a whole one, or some of its fields. @default what the blueprint's `judge` says */
  readonly expected?: TAnswer
}

/**
 * Items with known answers, 1 to 10,000: an array, or what makes them, such as a generator. It is read at launch, and where
 * there is a `mostUnits` no further than that, so that it may be without an end.
 */
export type KnownItems<TRow = unknown, TAnswer = unknown> = AnyIterable<KnownItem<TRow, TAnswer>>

interface GivenItems {
  readonly kind: SpecialKind
  readonly given: KnownItems
  readonly mostUnits?: number | undefined
}

const itemSchema = z.strictObject({ input: z.unknown(), expected: z.unknown().optional() })

/** Reads and checks items of a kind, and writes nothing. @throws MephistoError `invalid_input`, naming the item */
export async function knownItems({ runtime }: Pick<WorkParts, 'runtime'>, implementation: BlueprintImplementation, items: GivenItems): Promise<NewSpecialItem[]> {
  const { kind } = items
  const { first } = specialPositions(kind)
  const checked: NewSpecialItem[] = []
  for (const item of await readItems(items)) {
    const option = `${kind}.items[${String(checked.length)}]`
    const shaped = itemSchema.safeParse(item)
    if (!shaped.success) throw refusedLaunch(option, `is no item: ${describeProblems(problemsOf(shaped.error.issues, ''))}`)
    const { input, expected } = shaped.data
    const parsed = await implementation.blueprint.input.safeParseAsync(input)
    if (!parsed.success) throw refusedLaunch(option, `does not fit the input schema: ${describeProblems(problemsOf(parsed.error.issues, 'input'))}`)
    if (expected === undefined && !implementation.server.judge) throw refusedLaunch(option, 'has no `expected`, and the blueprint has no `judge`; nobody could say what a right answer is')
    checkExpected(implementation, option, expected)
    checked.push({ id: runtime.newId(), position: first + checked.length, input: jsonText(parsed.data, `${option}.input`), expected: expected === undefined ? null : jsonText(expected, `${option}.expected`) })
  }
  return checked
}

/**
 * At most as many as there may be units; of an array, all: who gets which is left to chance.
 * @throws MephistoError `invalid_input` for items that cannot be read, none, and too many
 */
export async function readItems({ kind, given, mostUnits = Infinity }: GivenItems): Promise<readonly unknown[]> {
  const option = `${kind}.items`
  const most = Array.isArray(given) ? Infinity : mostUnits
  const items: unknown[] = []
  try {
    for await (const item of given) {
      items.push(item)
      if (items.length >= most || items.length > MOST_SPECIAL_ITEMS) break
    }
  } catch (cause) {
    throw refusedLaunch(option, `could not be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
  if (items.length === 0) throw refusedLaunch(option, 'has no items; give at least one')
  if (items.length > MOST_SPECIAL_ITEMS) throw refusedLaunch(option, `has more than ${String(MOST_SPECIAL_ITEMS)} items; give fewer${kind === 'training' ? '' : ', or bound them with "mostUnits"'}`)
  return items
}

/** A field that answers cannot have would make every answer wrong. */
function checkExpected({ outputSchema }: BlueprintImplementation, option: string, expected: unknown): void {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return
  const { properties } = JSON.parse(outputSchema) as { readonly properties?: Readonly<Record<string, unknown>> }
  const unknown = properties && Object.keys(expected).find(field => !(field in properties))
  if (unknown !== undefined) throw refusedLaunch(option, `expects "${unknown}", which no answer has`)
}

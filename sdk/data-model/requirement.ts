import * as z from 'zod'

/** How a requirement looks at the value of a worker's qualification. */
export const COMPARATORS = [
  'exists', 'does_not_exist', 'less_than', 'less_than_or_equal_to', 'greater_than', 'greater_than_or_equal_to', 'equal_to', 'not_equal_to', 'in', 'not_in',
] as const
/** See {@link COMPARATORS}. */
export type Comparator = (typeof COMPARATORS)[number]

const VALUE_COMPARATORS = ['less_than', 'less_than_or_equal_to', 'greater_than', 'greater_than_or_equal_to', 'equal_to', 'not_equal_to'] as const

const LARGEST_VALUE = 2 ** 31 - 1

/** Schema of a qualification's value: a whole number of 32 bits, as far as it can be negated. */
export const qualificationValue = z.int().min(-LARGEST_VALUE).max(LARGEST_VALUE)

const common = {
  /** The qualification's name. */
  qualification: z.string().trim().min(1).max(200),
  /** The providers whose workers must meet it. @default all */
  providers: z.array(z.string().min(1).max(64)).min(1).max(50).readonly().optional(),
}

/** Schema of {@link Requirement}. */
export const requirementSchema = z.discriminatedUnion('is', [
  z.strictObject({ ...common, is: z.enum(['exists', 'does_not_exist']) }),
  z.strictObject({ ...common, is: z.enum(VALUE_COMPARATORS), value: qualificationValue }),
  z.strictObject({ ...common, is: z.enum(['in', 'not_in']), values: z.array(qualificationValue).min(1).max(1000).readonly() }),
])

/**
 * What a worker must be to get work, by one qualification: `{ qualification: 'english', is: 'greater_than', value: 70 }`.
 * Without a grant, only `does_not_exist` is met; a grant that has expired is none.
 */
export type Requirement = z.output<typeof requirementSchema>

/** Whether a worker who was granted this value, or null for nothing, meets a requirement. Pure. */
export function meets(requirement: Requirement, granted: number | null): boolean {
  if (requirement.is === 'does_not_exist') return granted === null
  if (granted === null) return false
  switch (requirement.is) {
    case 'exists': return true
    case 'less_than': return granted < requirement.value
    case 'less_than_or_equal_to': return granted <= requirement.value
    case 'greater_than': return granted > requirement.value
    case 'greater_than_or_equal_to': return granted >= requirement.value
    case 'equal_to': return granted === requirement.value
    case 'not_equal_to': return granted !== requirement.value
    case 'in': return requirement.values.includes(granted)
    case 'not_in': return !requirement.values.includes(granted)
  }
}

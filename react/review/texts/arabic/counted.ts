/** A noun in the forms that numbers ask for in Arabic (CLDR plural categories; zero goes as `other`). */
interface Noun {
  readonly one: string
  /** Two of them, as a subject. */
  readonly two: string
  /** Two of them, as an object or after a preposition. */
  readonly twoOf: string
  readonly few: string
  readonly many: string
  readonly other: string
}

const rules = new Intl.PluralRules('ar')
const numbers = new Intl.NumberFormat('ar')

/** A number as it is written in Arabic. */
export function number(count: number): string {
  return numbers.format(count)
}

/** A number with what is counted, as a subject. */
export function counted(count: number, { one, two, few, many, other }: Noun): string {
  switch (rules.select(count)) {
    case 'one': return one
    case 'two': return two
    case 'few': return `${number(count)} ${few}`
    case 'many': return `${number(count)} ${many}`
    default: return `${number(count)} ${other}`
  }
}

/** A number with what is counted, as an object or after a preposition. */
export function countedOf(count: number, noun: Noun): string {
  return counted(count, { ...noun, two: noun.twoOf })
}

export const ANSWERS: Noun = { one: 'إجابة واحدة', two: 'إجابتان', twoOf: 'إجابتين', few: 'إجابات', many: 'إجابة', other: 'إجابة' }
export const UNITS: Noun = { one: 'وحدة واحدة', two: 'وحدتان', twoOf: 'وحدتين', few: 'وحدات', many: 'وحدة', other: 'وحدة' }
export const PEOPLE: Noun = { one: 'شخص واحد', two: 'شخصان', twoOf: 'شخصين', few: 'أشخاص', many: 'شخصًا', other: 'شخص' }
export const ITEMS: Noun = { one: 'عنصر واحد', two: 'عنصران', twoOf: 'عنصرين', few: 'عناصر', many: 'عنصرًا', other: 'عنصر' }
export const RUNS: Noun = { one: 'جولة واحدة', two: 'جولتان', twoOf: 'جولتين', few: 'جولات', many: 'جولة', other: 'جولة' }
export const DAYS: Noun = { one: 'يوم واحد', two: 'يومان', twoOf: 'يومين', few: 'أيام', many: 'يومًا', other: 'يوم' }
export const TIMES: Noun = { one: 'مرة واحدة', two: 'مرتان', twoOf: 'مرتين', few: 'مرات', many: 'مرة', other: 'مرة' }
export const LEASES: Noun = { one: 'مهلة واحدة', two: 'مهلتان', twoOf: 'مهلتين', few: 'مهل', many: 'مهلة', other: 'مهلة' }
export const BLOCKS: Noun = { one: 'حظر واحد', two: 'حظران', twoOf: 'حظرين', few: 'حالات حظر', many: 'حالة حظر', other: 'حالة حظر' }
export const DECISIONS: Noun = { one: 'قرار واحد', two: 'قراران', twoOf: 'قرارين', few: 'قرارات', many: 'قرارًا', other: 'قرار' }
export const FILTERS: Noun = { one: 'مرشِّح واحد', two: 'مرشِّحان', twoOf: 'مرشِّحين', few: 'مرشِّحات', many: 'مرشِّحًا', other: 'مرشِّح' }

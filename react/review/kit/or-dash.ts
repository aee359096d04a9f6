/** What stands where there is nothing to show. */
export const NONE = '–'

/** A number as it is shown, or that there is none. Pure. */
export function orDash(value: number | null, text: (value: number) => string): string {
  return value === null ? NONE : text(value)
}

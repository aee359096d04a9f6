const two = (value: number): string => String(value).padStart(2, '0')

/** An ISO instant as a field for a day and a time has it, in the reader's time zone; empty for none. */
export function localText(iso: string | null): string {
  if (iso === null) return ''
  const date = new Date(iso)
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Later ones are written in another way, which the server does not read. */
const LAST_YEAR = 9_999

/** The ISO instant of what such a field holds; null for empty, and undefined for what is no moment. */
export function instantOf(local: string): string | null | undefined {
  if (local === '') return null
  const date = new Date(local)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > LAST_YEAR || date.getUTCFullYear() < 0 ? undefined : date.toISOString()
}

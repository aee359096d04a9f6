/** The end of the year 9999: what ISO 8601 writes with four digits. */
const LAST_INSTANT = 253_402_300_799_999

/** An instant, epoch ms, as people and JSON read it: ISO 8601 in UTC. */
export function instant(at: number): string {
  return new Date(Math.min(at, LAST_INSTANT)).toISOString()
}

/** An {@link instant} that there may be none of. */
export function instantOrNull(at: number | null): string | null {
  return at === null ? null : instant(at)
}

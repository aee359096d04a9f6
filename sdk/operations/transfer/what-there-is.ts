/** So many things a sentence names. */
const NAMED = 20
/** How many to look for, to know whether there are more than a sentence names. */
export const LOOKED_FOR = NAMED + 1

/** What there is instead of what was named, for the end of a sentence: the first of these, and that there are more. Pure. */
export function listed(things: readonly string[]): string {
  if (things.length === 0) return 'none yet'
  return `${things.slice(0, NAMED).map(thing => `"${thing}"`).join(', ')}${things.length > NAMED ? ', and more' : ''}`
}

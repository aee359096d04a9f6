/** A name as typed into a form: cleaned, or a kind sentence about what is wrong with it. */
export type PersonName = { readonly name: string; readonly problem: null } | { readonly name: string; readonly problem: string }

const LONGEST_NAME = 60

/** Checks a name from a form: 1 to 60 characters after trimming, nothing invisible. */
export function checkName(value: unknown): PersonName {
  const name = typeof value === 'string' ? value.normalize('NFC').replace(/\s+/g, ' ').trim() : ''
  if (name === '') return { name, problem: 'Please write your name, so that your work is counted as yours.' }
  if (Array.from(name).length > LONGEST_NAME) {
    return { name, problem: `That name is a little long. Please use at most ${String(LONGEST_NAME)} characters.` }
  }
  if (/\p{C}/u.test(name)) return { name, problem: 'That name holds characters that cannot be shown. Please write it again.' }
  return { name, problem: null }
}

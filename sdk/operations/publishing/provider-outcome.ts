import { ERROR_TABLE, isMephistoError } from '../../errors.js'
import type { ProviderRef } from '../../providers/publishing.js'
import type { CallOutcome } from '../outbox-handler.js'

/** What came of a call to a provider, as it is kept with the call. */
export type ProviderResult =
  /** It was done. `ref` is what it is called there; null where nothing was made. */
  | { readonly ref: ProviderRef | null }
  /** Nobody wanted it any more, and it was not made. */
  | { readonly skipped: string }
  /** `isRefused`: nothing was done. */
  | { readonly error: string; readonly isRefused?: true }

const MOST_CHARACTERS = 4_000

/** The outcome of a call that nobody wants any more. */
export const SKIPPED: CallOutcome = { kind: 'done', result: { skipped: 'Nobody wants this any more.' } satisfies ProviderResult }

/** Makes a call to a provider and says what came of it. */
export async function outcomeOf(make: () => Promise<ProviderRef | null>): Promise<CallOutcome> {
  try {
    return { kind: 'done', result: { ref: await make() } satisfies ProviderResult }
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).slice(0, MOST_CHARACTERS)
    const isRefused = isMephistoError(error) && ERROR_TABLE[error.code].http < 500
    return isRefused ? { kind: 'failed', result: { error: message, isRefused } satisfies ProviderResult } : { kind: 'retry', result: { error: message } satisfies ProviderResult }
  }
}

/** What a provider says a thing is called there. @throws Error for what could not be kept, so that nobody could find the thing again */
export function checkedRef(ref: unknown): ProviderRef {
  const isObject = typeof ref === 'object' && ref !== null && !Array.isArray(ref)
  if (!isObject || JSON.stringify(ref).length > MOST_CHARACTERS) throw new Error(`the provider returned no JSON object of at most ${String(MOST_CHARACTERS)} characters as the reference to what it made`)
  return ref as ProviderRef
}

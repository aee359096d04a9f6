/**
 * Why a worker gives a unit back: it is broken or does not load, what is to be done is not clear, it is too hard or nothing they know about, it takes
 * too long for its pay, they have no time now, something else.
 */
export const RETURN_REASONS = ['broken', 'unclear', 'too_hard', 'too_long', 'no_time', 'other'] as const
/** See {@link RETURN_REASONS}. */
export type ReturnReason = (typeof RETURN_REASONS)[number]

/** The reason in the body of a logged return, JSON text; null where none was said, or none that is known. */
export function returnReasonIn(body: string): ReturnReason | null {
  const { reason } = JSON.parse(body) as { readonly reason?: unknown }
  return RETURN_REASONS.find(known => known === reason) ?? null
}

/** How much can be written to it, characters. */
export const LONGEST_RETURN_TEXT = 500

/** What a worker says as they give a unit back. */
export interface WhyReturned {
  readonly reason: ReturnReason
  /** In their own words, at most {@link LONGEST_RETURN_TEXT} characters. @default none */
  readonly text?: string | undefined
}

import type { ReturnReason } from '../../../sdk/data-model/return-reason.js'

const reasons: Readonly<Record<ReturnReason, string>> = {
  broken: 'Broken, or does not load', unclear: 'Instructions unclear', too_hard: 'Too hard, or not their area', too_long: 'Too long for the pay', no_time: 'No time', other: 'Another reason',
}

/** Texts of why workers give units back, in English. */
export const RETURN_TEXTS = {
  reasons,
  unsaid: 'No reason given',
  /** What happened, with the reason of it. */
  because: (what: string, reason: ReturnReason): string => `${what}: ${reasons[reason]}`,
  withIt: (reason: ReturnReason): string => `Said when giving it back: ${reasons[reason]}`,
}

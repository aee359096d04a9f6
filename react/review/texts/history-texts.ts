import type { AttemptEvent } from '../../../sdk/data-model/event-types.js'
import type { DecisionView } from '../../../sdk/protocol/review-views.js'

/** What happened to an attempt, of whom it was. */
const events: Readonly<Record<AttemptEvent, (who: string) => string>> = {
  onboard: who => `${who} began the onboarding`,
  wait: who => `${who} waits for others`,
  begin: who => `${who} began`,
  extend: who => `${who} got more time`,
  complete: who => `${who} answered`,
  opine: who => `A reviewer judged the answer of ${who}`,
  retract: who => `A reviewer took back what they said of ${who}’s answer`,
  set_aside: who => `An answer of ${who} came too late and was kept`,
  return: who => `${who} gave it back`,
  disconnect: who => `${who} lost the connection`,
  time_out: who => `The time of ${who} ran out`,
  expire: who => `It ended before ${who} answered`,
  lose_partner: who => `Somebody who worked with ${who} left`,
  pass: who => `${who} passed`,
  fail: who => `${who} did not pass`,
  approve: who => `The answer of ${who} was accepted`,
  overturn: who => `The answer of ${who} was accepted after all`,
  soft_reject: who => `The answer of ${who} was soft-rejected`,
  reject: who => `The answer of ${who} was rejected`,
  undo: who => `The decision about ${who}’s answer was taken back`,
}

/** A verdict, by whom. */
const decided: Readonly<Record<DecisionView['verdict'], (by: string) => string>> = {
  approve: by => `Accepted by ${by}`,
  overturn: by => `Accepted after all by ${by}`,
  soft_reject: by => `Soft-rejected by ${by}`,
  reject: by => `Rejected by ${by}`,
  undo: by => `Taken back by ${by}`,
  opine: by => `Judged by ${by}`,
  retract: by => `${by} took back what they said`,
}

/** Texts of what happened at a unit, in English. */
export const HISTORY_TEXTS = { title: 'What happened', away: 'It cannot be shown now. Trying again…', somebody: 'somebody', events, decided }

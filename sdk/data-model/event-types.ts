import { AGENT_MOVES, type AgentVerb, type RunVerb } from './lifecycle.js'

/**
 * What happens to an agent without moving it: an attempt at onboarding begins (`onboard`), its lease gets a new end (`extend`), an answer is kept without
 * counting (`set_aside`), a reviewer says what they would decide (`opine`), or takes that back (`retract`).
 */
export const AGENT_NOTES = ['onboard', 'extend', 'set_aside', 'opine', 'retract'] as const

/**
 * What happens in a run without moving it: units were added for work that is done again (`requeue`), for single workers
 * (`add`) or as more work (`top_up`), a unit that nobody had is expired by itself (`withdraw`), so many went as the run drains
 * (`lapse`), a setting was changed (`change`), a worker was paid outside any unit (`compensate`), the texts of all answers so
 * far were erased: those of some agents, or of the run where `agents` is null (`erase`); rows came from the run's data feed
 * (`feed`), which ended (`feed_end`), failed (`feed_fail`) or was opened again (`feed_resume`).
 */
export const RUN_NOTES = ['requeue', 'add', 'top_up', 'withdraw', 'lapse', 'change', 'compensate', 'erase', 'feed', 'feed_end', 'feed_fail', 'feed_resume'] as const

/** What an event of the log says: a verb of the lifecycle that moved the agent (or the run, in the run's own stream), or one of {@link AGENT_NOTES} or {@link RUN_NOTES}. */
export type EventType = AgentVerb | RunVerb | (typeof AGENT_NOTES)[number] | (typeof RUN_NOTES)[number]

/** What can happen to an attempt at a unit. */
export const ATTEMPT_EVENTS: readonly (AgentVerb | (typeof AGENT_NOTES)[number])[] = [...Object.keys(AGENT_MOVES) as AgentVerb[], ...AGENT_NOTES]
/** See {@link ATTEMPT_EVENTS}. */
export type AttemptEvent = (typeof ATTEMPT_EVENTS)[number]

const AGENT_NOTE_SET: ReadonlySet<EventType> = new Set(AGENT_NOTES)
const RUN_NOTE_SET: ReadonlySet<EventType> = new Set(RUN_NOTES)

/** Whether the event says something of an agent without moving it. */
export function isAgentNote(type: EventType): boolean {
  return AGENT_NOTE_SET.has(type)
}

/** Whether the event says something of a run without moving it. */
export function isRunNote(type: EventType): boolean {
  return RUN_NOTE_SET.has(type)
}

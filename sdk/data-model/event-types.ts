import type { AgentVerb, RunVerb } from './lifecycle.js'

/** What happens to an agent without moving it: an attempt at onboarding begins (`onboard`), its lease gets a new end (`extend`), an answer is kept without counting (`set_aside`). */
export const AGENT_NOTES = ['onboard', 'extend', 'set_aside'] as const

/**
 * What happens in a run without moving it: units were added for work that is done again (`requeue`), for single workers
 * (`add`) or as more work (`top_up`), a unit that nobody had is expired by itself (`withdraw`), so many went as the run drains
 * (`lapse`), a setting was changed (`change`), a worker was paid outside any unit (`compensate`), the texts of all answers so
 * far were erased: those of one agent, or of the run where `agent` is null (`erase`).
 */
export const RUN_NOTES = ['requeue', 'add', 'top_up', 'withdraw', 'lapse', 'change', 'compensate', 'erase'] as const

/** What an event of the log says: a verb of the lifecycle that moved the agent (or the run, in the run's own stream), or one of {@link AGENT_NOTES} or {@link RUN_NOTES}. */
export type EventType = AgentVerb | RunVerb | (typeof AGENT_NOTES)[number] | (typeof RUN_NOTES)[number]

/** Whether the event says something without moving the agent or the run. */
export function movesNothing(type: EventType): boolean {
  return ([...AGENT_NOTES, ...RUN_NOTES] as readonly EventType[]).includes(type)
}

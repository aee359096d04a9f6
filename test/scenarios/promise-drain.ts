import type { Calls } from './promise-calls.js'

interface Reply { readonly status: string; readonly reason?: string; readonly agentToken: string }

/** So long without an answer that somebody gave: longer than any lease of these runs, and than a slow disk takes. */
const STUCK_MS = 15_000

/**
 * New people finish a run: they take whatever can be had until everything is answered, or the money or the places for new people
 * are used up. Returns why it ended; fails when something stays stuck, however much there is to do.
 */
export async function drain(calls: Calls, run: string, name = 'helper'): Promise<string> {
  await calls.desk('operator', 'runs.resume', { run }).catch(() => undefined)
  let progressedAt = performance.now()
  for (let person = 0; ; person += 1) {
    const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker: `${name} ${String(person)}` })
    for (let reason = 'working'; reason !== 'none_left_for_you';) {
      const reply = await calls.page<Reply>('register', { provider: 'inhouse', credential })
      reason = reply.reason ?? reply.status
      if (reply.status === 'working') {
        await calls.page('submit', { submissionId: crypto.randomUUID(), answer: { label: 'positive' } }, reply.agentToken)
        progressedAt = performance.now()
      }
      if (['all_answered', 'run_ended', 'budget_exhausted'].includes(reason)) return reason
      if (performance.now() - progressedAt > STUCK_MS) {
        // Whether they are really used up is for the caller to see: what was held by leases has come back by now.
        if (reason === 'no_places_left') return reason
        throw new Error(`run ${run} is stuck: the last that people were told is ${reason}`)
      }
      if (['all_taken', 'run_draining', 'no_places_left'].includes(reason)) await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}

import type { SpanAttributes } from '../ports/telemetry.js'

const ID = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/
/** What inputs and replies call ids, and what else they say in words of ours. */
const IDS = { run: 'mephisto.run.id', runId: 'mephisto.run.id', unitId: 'mephisto.unit.id', agentId: 'mephisto.agent.id' } as const
const STATUSES: ReadonlySet<unknown> = new Set(['working', 'onboarding', 'refused', 'completed', 'set_aside'])

/** What a call's input or reply says of which run, unit and agent it is about, and how a worker's call ended. Only ids that are ours: whatever else stands there is left out. */
export function spanIds(value: unknown): SpanAttributes {
  if (typeof value !== 'object' || value === null) return {}
  const fields = value as Readonly<Record<string, unknown>>
  const ids = Object.entries(IDS).flatMap(([field, attribute]) => {
    const id = idOf(fields[field])
    return id === null ? [] : [[attribute, id] as const]
  })
  const outcome = [fields['status'], fields['outcome']].find(word => STATUSES.has(word))
  return { ...Object.fromEntries(ids), ...(typeof outcome === 'string' ? { 'mephisto.outcome': outcome } : {}) }
}

/** An id of ours, or that of an object that has one. */
function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : value
  return typeof id === 'string' && ID.test(id) ? id : null
}

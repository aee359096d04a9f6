import { isMephistoError } from '../../sdk/index.js'
import { withFaults } from '../../sdk/testing/index.js'
import { named, openStage, PIA, RITA, OLGA } from '../privacy-stage.js'
import type { TargetKind } from '../scenarios/promise-open.js'

// A process that acts on somebody: killed for good, as SIGKILL does, at the statement whose number it is given.

const [act = 'erase', kind = 'sqlite', at = '', name = '', requestId = '', killAt = '0'] = process.argv.slice(2)
const { mephisto: { caller, operator, people, privacy }, close } = await openStage({ kind: kind as TargetKind, at }, {
  around: client => withFaults(client, ({ number }) => {
    if (number === Number(killAt)) process.kill(process.pid, 'SIGKILL')
    return null
  }),
})
/** A reviewer says the same of all answers. */
async function judge(): Promise<unknown> {
  const review = caller({ id: name, name, roles: ['reviewer'] }).review
  const [run] = await operator.runs()
  const { units } = await review.queue({ run: run?.id ?? '', statuses: ['completed', 'accepted'] })
  return review.decide({ decisionId: requestId, unitIds: units.map(({ unitId }) => unitId), verdict: 'approve' })
}

/** A reviewer approves what waits unread. */
async function approveRest(): Promise<unknown> {
  const [run] = await operator.runs()
  return caller({ id: name, name, roles: ['reviewer'] }).review.approveRest({ decisionId: requestId, run: run?.id ?? '', before: '2999-01-01T00:00:00Z', mostError: 0.5, confidence: 0.5 })
}

const ACTS: Readonly<Record<string, () => Promise<unknown>>> = {
  judge,
  approveRest,
  erase: () => privacy.erase(OLGA, { requestId, person: named(name), principalId: PIA.id }),
  block: () => people.block(RITA, { requestId, people: [named(name)], scope: 'everywhere', reason: 'spam', reopen: 'accepted', verdict: 'reject' }),
}

try {
  process.send?.({ reply: await ACTS[act]?.() })
} catch (error) {
  if (!isMephistoError(error)) throw error
  process.send?.({ code: error.code })
}
await close()
process.disconnect()

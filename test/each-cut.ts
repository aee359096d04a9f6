import { withFaults } from '../sdk/testing/index.js'
import { cutOffAt } from './killed.js'
import { openStage, type PrivacyStage } from './privacy-stage.js'
import { makeFile, type OwnTarget } from './scenarios/promise-target.js'

/** What is left of an act that was cut off from the database, or was not any more. */
interface Left {
  readonly target: OwnTarget
  /** Another process on what is left. */
  readonly next: PrivacyStage
  readonly step: number
  /** What the act gave, or failed with. */
  readonly outcome: unknown
  readonly isStruck: boolean
}

/** How an act is cut off. */
interface Cuts {
  /** @default the time as it is */
  readonly clock?: { readonly now?: () => number }
  /** Steps from one time to the next; commits at even steps are done all the same. @default 1 */
  readonly every?: number
  act(struck: PrivacyStage): Promise<unknown>
  look(left: Left): Promise<void>
}

/** Does `act` on copies of a database, each time cut off for good at a later step, until it is done before; `look` sees what is left. Returns the last step. */
export async function atEachCut(planted: OwnTarget, { clock = {}, every = 1, act, look }: Cuts): Promise<number> {
  let step = 0
  for (let isStruck = true; isStruck;) {
    step += every
    const target = makeFile(planted)
    const fault = cutOffAt(step)
    const struck = await openStage(target, { ...clock, around: client => withFaults(client, fault.plan) })
    const outcome = await act(struck).catch((error: unknown) => error)
    isStruck = fault.isStruck()
    await struck.close()
    const next = await openStage(target, clock)
    await look({ target, next, step, outcome, isStruck })
    await next.close()
    await target.drop()
  }
  return step
}

import type { DebateOptions } from './debate.js'
import { openLiveStage, type Debater, type LiveStage } from './live-stage.js'
import { onTarget, tableOf, type OwnTarget } from './scenarios/promise-target.js'
import { stageEachTest } from './stage-each-test.js'

/** What each test of live work has: an instance with debates on a database of its own. */
export interface OpenedLive {
  readonly target: OwnTarget
  readonly stage: LiveStage
  /** What the debates of this test do wrong; can be changed while they are under way. */
  readonly options: DebateOptions
  /** Time passes: the database's clock is so much further on, ms. */
  pass(ms: number): void
  /** Calls of the outbox that wait are due now: those that ask to look who is there, or once more at what failed, timers, or effects. */
  hurry(what: 'look' | 'again' | 'timer' | 'effect'): Promise<void>
  /** So much time passes that whoever is not among these has been away for too long, with `absenceMs` as it is by itself. */
  dropAllBut(...staying: readonly Debater[]): Promise<void>
}

/** Opens it before each test of a file. See {@link stageEachTest}. */
export function liveEachTest(take: (opened: OpenedLive) => void, { end, ...given }: DebateOptions & { readonly end?: () => unknown } = {}): void {
  stageEachTest(async (target): Promise<OpenedLive> => {
    let ahead = 0
    const options = { ...given }
    const pass = (ms: number): void => { ahead += ms }
    return {
      target, options, pass, stage: await openLiveStage(target, { options, now: () => Date.now() + ahead }),
      async hurry(what) {
        await onTarget(target, query => query(`UPDATE ${tableOf(target, 'outbox')} SET next_at = 0 WHERE status = 'pending' AND lease_until IS NULL AND body LIKE '{"${what}":%'`))
      },
      async dropAllBut(...staying) {
        pass(20_000)
        await Promise.all(staying.map(debater => debater.extend()))
        pass(20_000)
      },
    }
  }, take, end)
}

import type { TaskRun } from '../../sdk/data-model/entities.js'
import { passKeeper } from '../../sdk/client/pass-keeper.js'
import type { PassView, RegisterReply, RenewReply } from '../../sdk/protocol/worker-views.js'
import { pageCalls, seededRandom, type AcknowledgedAnswer, type SubmitReply, type TestMephisto } from '../../sdk/testing/index.js'

const MINUTE = 60_000

/** How likely somebody who is away comes to work within a minute, by the hour of the day. */
const COMING = [.002, .001, .001, .001, .001, .002, .004, .008, .012, .014, .014, .014, .01, .006, .006, .006, .008, .01, .01, .012, .012, .01, .006, .004] as const
/** How long somebody who was sent away stays away, ms: why they were says when it can be otherwise. */
const AWAY_MS: Readonly<Record<string, number>> = { daily_limit_reached: 180 * MINUTE, not_qualified: 120 * MINUTE, all_answered: Infinity, run_ended: Infinity }

/** What somebody has in mind with the unit in their hands. */
type Plan = 'answer' | 'give_back' | 'walk_away' | 'pause' | 'answer_late'

interface Hands {
  readonly run: TaskRun
  readonly agentId: string
  readonly pass: PassView
  readonly text: string
  readonly plan: Plan
  /** When they act on it, epoch ms. */
  readonly actsAt: number
  /** When the page last said that they are still there, epoch ms. */
  readonly extendedAt: number
}

interface Person {
  readonly name: string
  /** Shifts the hours: some get up early, and some work at night. */
  readonly hoursLater: number
  credential: string | null
  hands: Hands | null
  /** They come back for another unit at once. */
  isStaying: boolean
  /** Not before then, epoch ms. */
  awayUntil: number
}

/** People who come and go by the hour, one act after the other, so that one seed gives one day. */
export interface Crowd {
  /** Everybody's minute, at the server that is up; `open` are the runs that they know of. */
  minute(server: TestMephisto, open: readonly TaskRun[]): Promise<void>
  /** Why people were sent away, with when. */
  readonly refusals: readonly { readonly at: number; readonly reason: string; readonly name: string }[]
  readonly acknowledged: readonly AcknowledgedAnswer[]
  readonly did: Readonly<Record<Plan, number>>
}

/** A crowd of so many people. */
export function createCrowd({ people: count, seed, leaseMs }: { readonly people: number; readonly seed: number; readonly leaseMs: number }): Crowd {
  const random = seededRandom(seed)
  const people = Array.from({ length: count }, (_, index): Person => ({ name: `person ${String(index)}`, hoursLater: index % 5 === 0 ? 10 : Math.floor(random() * 5) - 2, credential: null, hands: null, isStaying: false, awayUntil: 0 }))
  const refusals: { at: number; reason: string; name: string }[] = []
  const acknowledged: AcknowledgedAnswer[] = []
  const did: Record<Plan, number> = { answer: 0, give_back: 0, walk_away: 0, pause: 0, answer_late: 0 }
  let submissions = 0

  function planned(): Plan {
    const dice = random()
    if (dice < .07) return 'walk_away'
    if (dice < .11) return 'give_back'
    if (dice < .16) return 'pause'
    return dice < .19 ? 'answer_late' : 'answer'
  }

  /** How long until they act: a pause is held open by the page, a late answer comes when the lease has run out. */
  function lasts(plan: Plan): number {
    if (plan === 'pause') return (20 + random() * 60) * MINUTE
    if (plan === 'answer_late') return leaseMs + (2 + random() * 30) * MINUTE
    return (2 + random() * 5) * MINUTE
  }

  async function come(server: TestMephisto, person: Person, run: TaskRun): Promise<void> {
    const { runtime } = server
    person.credential ??= (await server.invite({ run: run.id, worker: person.name })).credential
    const reply = await pageCalls(server)<RegisterReply>('register', { provider: 'inhouse', credential: person.credential })
    if (reply.status === 'refused') {
      refusals.push({ at: runtime.now(), reason: reply.reason, name: person.name })
      person.isStaying = false
      person.awayUntil = runtime.now() + (AWAY_MS[reply.reason] ?? 20 * MINUTE)
      return
    }
    const plan = planned()
    did[plan] += 1
    const now = runtime.now()
    person.hands = plan === 'walk_away' ? null : {
      run, agentId: reply.agentId, pass: reply, text: (reply.input as { text?: string }).text ?? '', plan, actsAt: now + lasts(plan), extendedAt: now,
    }
    person.isStaying = plan !== 'walk_away' && random() < .5
  }

  async function act(server: TestMephisto, person: Person, hands: Hands): Promise<void> {
    const page = pageCalls(server)
    const passes = passKeeper(async renewal => (await page<RenewReply>('renew', { renewal })).agentToken)
    const call = <T>(procedure: string, input: unknown): Promise<T> => passes.using(hands.pass, token => page<T>(procedure, input, token))
    const now = server.runtime.now()
    if (now < hands.actsAt) {
      if (hands.plan !== 'pause' || now - hands.extendedAt < leaseMs / 3) return
      await call('extend', {})
      person.hands = { ...hands, extendedAt: now }
      return
    }
    person.hands = null
    if (hands.plan === 'give_back') {
      await call('return', {})
      person.isStaying = false
      return
    }
    const submissionId = `submission-${String(submissions += 1)}`
    const answer = { label: hands.text.length % 2 ? 'positive' : 'negative', comment: person.name.slice(0, 20) }
    // A third of the pages lose the first reply, and send again.
    const times = random() < .33 ? 2 : 1
    for (let time = 0; time < times; time += 1) {
      const reply = await call<SubmitReply>('submit', { submissionId, answer })
      acknowledged.push({ agentId: hands.agentId, submissionId, outcome: reply.outcome, answer, reply })
    }
  }

  return {
    refusals, acknowledged, did,
    async minute(server, open) {
      const hour = new Date(server.runtime.now()).getUTCHours()
      for (const person of people) {
        // Drawn for everybody, so that what one does changes nothing for the others.
        const dice = random()
        if (person.hands) await act(server, person, person.hands)
        else if (server.runtime.now() >= person.awayUntil) {
          const chance = person.isStaying ? .8 : COMING[(hour + 24 - person.hoursLater) % 24] ?? 0
          const run = open[0]
          if (run && dice < chance) await come(server, person, run)
        }
      }
    },
  }
}

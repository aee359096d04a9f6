import { ERROR_TABLE } from '../sdk/errors.js'
import type { Mephisto } from '../sdk/index.js'
import { simulatedWorker, type SimulatedWorker } from '../sdk/testing/index.js'

/** Servers that people reach. */
export interface Reach {
  /** Where they are now; those that were killed have gone from here. */
  origins(): readonly string[]
  /** Chooses one of them, and says what else is by chance: from 0 to 1. @default by chance */
  readonly random?: () => number
  /** How many of a thousand actions are sent to two servers at the same time, which must not do them twice. @default 0 */
  readonly doubled?: number
}

/** How long somebody goes on sending what nobody answers, ms. */
const PATIENCE_MS = 40_000
const AGAIN_MS = 25

/**
 * People whose pages send whatever they send to any of these servers, and again, the same, until one has answered. `instance` makes their
 * links; it has the servers' secret.
 */
export function peopleAt(instance: Pick<Mephisto, 'invite'>, reach: Reach): (name: string) => SimulatedWorker {
  const { random = Math.random, doubled = 0 } = reach
  const any = (): string | undefined => {
    const origins = reach.origins()
    return origins[Math.floor(random() * origins.length)]
  }

  async function once(path: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string } | null> {
    const origin = any()
    if (origin === undefined) return null
    try {
      const response = await fetch(`${origin}${path}`, init)
      const text = await response.text()
      return AGAIN.has(response.status) ? null : { status: response.status, text }
    } catch {
      // Killed before it answered.
      return null
    }
  }

  async function handler(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname
    const procedure = path.slice(path.lastIndexOf('.') + 1)
    const init = { method: request.method, headers: Object.fromEntries(request.headers), body: await request.text() }
    const isTwice = procedure === 'act' && random() * 1_000 < doubled
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      const replies = (await Promise.all([once(path, init), ...(isTwice ? [once(path, init)] : [])])).filter(one => one !== null)
      // What was refused first may be taken when it comes again.
      const done = replies.filter(({ status }) => status === 200)
      if (new Set(done.map(({ text }) => text)).size > 1) throw new Error(`${init.body} was done in two ways: ${done.map(({ text }) => text).join(', ')}`)
      const reply = done[0] ?? replies[0]
      if (reply) return new Response(reply.text, { status: reply.status })
      await new Promise(resolve => { setTimeout(resolve, AGAIN_MS) })
    }
    throw new Error(`nobody answered ${procedure}`)
  }

  const page = { handler, architect: { specVersion: 1 as const, type: 'test', baseUrl: 'http://any.invalid/mephisto/', basePath: '/mephisto/', taskUrl: null }, invite: instance.invite }
  return name => simulatedWorker(page, name, 'inhouse')
}

/** Nothing was done, or nobody knows: the page sends it again. */
const AGAIN: ReadonlySet<number> = new Set([ERROR_TABLE.unavailable.http, ERROR_TABLE.too_many_requests.http])

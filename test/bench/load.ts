import { randomUUID } from 'node:crypto'
import http from 'node:http'

/** What a closed loop of workers measured: cycles a second, and how long registrations took, ms. */
export interface LoadResult {
  readonly cycles: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A server under load, and the connections that are kept alive to it. */
export interface Target {
  readonly agent: http.Agent
  readonly port: number
}

/** Workers that register, submit and begin again, each waiting for its reply, until `cycles` are done or work runs out. */
export async function closedLoop(target: Target, credentials: readonly string[], cycles: number): Promise<LoadResult> {
  const registrations: number[] = []
  let begun = 0
  let done = 0
  const started = performance.now()
  await Promise.all(credentials.map(async credential => {
    while (begun < cycles) {
      begun += 1
      const before = performance.now()
      const work = await post<{ status: string; agentToken: string }>(target, 'register', { provider: 'inhouse', credential })
      registrations.push(performance.now() - before)
      if (work.status !== 'working') return
      const reply = await post<{ outcome: string }>(target, 'submit', { submissionId: randomUUID(), answer: { label: 'fact' } }, work.agentToken)
      if (reply.outcome !== 'completed') throw new Error(`an answer was ${reply.outcome}`)
      done += 1
    }
  }))
  const seconds = (performance.now() - started) / 1000
  registrations.sort((a, b) => a - b)
  const quantile = (share: number): number => registrations[Math.min(registrations.length - 1, Math.floor(registrations.length * share))] ?? NaN
  return { cycles: done, perSecond: done / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}

/** Calls a procedure of a page. */
export function post<T>({ agent, port }: Target, procedure: string, input: unknown, token?: string): Promise<T> {
  const body = JSON.stringify(input)
  return new Promise<T>((resolve, reject) => {
    const request = http.request({
      agent, port, host: '127.0.0.1', method: 'POST', path: `/mephisto/trpc/agent.${procedure}`,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('end', () => {
        const reply = JSON.parse(text) as { result?: { data: T }; error?: { message: string } }
        if (reply.result) resolve(reply.result.data)
        else reject(new Error(reply.error?.message ?? text))
      })
    })
    request.on('error', reject).end(body)
  })
}

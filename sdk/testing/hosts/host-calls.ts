import assert from 'node:assert/strict'
import { get } from 'node:http'
import type { Stage } from './host-stage.js'

const JSON_TYPE = { 'content-type': 'application/json' }
/** How long what must happen soon may take, ms. */
const SOON_MS = 5_000

/** What a run of the contract is. */
export const named = { task: 'host contract', requester: 'host', provider: 'inhouse' } as const

/** The token of somebody who has taken a unit. @default worker ann */
export async function registered({ origin, mephisto }: Pick<Stage, 'origin' | 'mephisto'>, run: string, worker = 'ann'): Promise<string> {
  const { credential } = await mephisto.invite({ run, worker })
  return String(resultOf(await post(`${origin}/mephisto/trpc/agent.register`, { provider: 'inhouse', credential }))['agentToken'])
}

/** What came of a call. */
export interface Reply { readonly status: number; readonly json: unknown }

/** Posts JSON, or a text as it is. */
export async function post(address: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(address, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) })
  const text = await response.text()
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/, text)
  return { status: response.status, json: JSON.parse(text) as unknown }
}

export function resultOf({ json }: Reply): Record<string, unknown> {
  const { result } = json as { result?: { data: Record<string, unknown> } }
  assert.ok(result, JSON.stringify(json))
  return result.data
}

export function codeOf({ json }: Reply): string | undefined {
  return (json as { error?: { data: { mephistoCode: string } } }).error?.data.mephistoCode
}

/** The status of a GET with a path as it is: fetch would tidy it up. */
export function rawStatus(origin: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: new URL(origin).port, path }, response => { resolve(response.resume().statusCode) }).once('error', reject)
  })
}

/** What must happen before long. */
export async function soon(what: string, work: () => Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(new Error(`${what} within ${String(SOON_MS)} ms`)) }, SOON_MS) })
  await Promise.race([work(), late]).finally(() => { clearTimeout(timer) })
}

/** A link to a file that somebody has sent. */
export async function fileLink({ origin, mephisto }: Pick<Stage, 'origin' | 'mephisto'>, { run, content }: { readonly run: string; readonly content: Uint8Array<ArrayBuffer> }): Promise<string> {
  const reply = await fetch(`${origin}/mephisto/files/${crypto.randomUUID()}`, {
    method: 'PUT', body: new Blob([content]),
    headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${await registered({ origin, mephisto }, run)}`, 'x-mephisto-file-name': 'noise.bin' },
  })
  const { $file: id } = resultOf({ status: reply.status, json: await reply.json() })
  const [file] = await mephisto.caller({ id: 'rita', name: 'Rita', roles: ['operator'] }).data.files({ ids: [String(id)] })
  return file?.url ?? ''
}

import { createHash } from 'node:crypto'
import { MephistoError } from '../errors.js'
import { openPage, pageStatus, readPage } from './open-page.js'
import type { TaskBuilder } from './task-page.js'

/** Which page of the host's a blueprint's runs are done at. */
export interface HostPageOptions {
  /** Absolute, or a path from the host's root, such as `/label`; without a fragment. @default the architect's `taskUrl` */
  readonly url?: string
  /** Names the version of the page, 1 to 64 letters, digits and `. + : - _`. @default a hash of the page as it is served at launch */
  readonly build?: string
  /** Where this process can open the page, when it is not where workers do: behind a proxy, say. @default `url` */
  readonly lookAt?: string
  /** @default the global fetch */
  readonly fetch?: typeof fetch
}

/** How long the page may take to come, ms. */
const LONGEST_MS = 10_000

/**
 * A page that the host serves, opened once before each launch so that no run leads people to an error: it must come within
 * 10 s as HTML, without a redirect and without a login.
 * @throws MephistoError from the builder, at launch: `invalid_input`, saying what is wrong with the page
 */
export function hostPage({ url, build, lookAt, fetch: send = fetch }: HostPageOptions = {}): TaskBuilder {
  return async ({ architect }, signal) => {
    const page = addressOf('url', url ?? architect?.taskUrl ?? undefined, architect?.baseUrl)
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)])
    const text = await readPage(await openPage(addressOf('lookAt', lookAt ?? page, architect?.baseUrl), { signal: inTime, fetch: send }))
    return { url: page, build: build ?? createHash('sha256').update(text).digest('hex').slice(0, 16) }
  }
}

/** How long somebody who plans waits for a page, ms. */
const LOOKED_AT_MS = 3_000

/** Names under this stand for nothing anywhere (RFC 6761, section 6.4): whoever gives one has no page. */
const NOWHERE = /\.invalid$/

/** Why a page cannot be opened from here, in a sentence; null for one that can. */
export async function unreachablePage(url: string): Promise<string | null> {
  if (NOWHERE.test(new URL(url).hostname)) return null
  try {
    await pageStatus(url, { signal: AbortSignal.timeout(LOOKED_AT_MS), fetch })
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function addressOf(option: 'url' | 'lookAt', url: string | undefined, base: string | undefined): string {
  if (url !== undefined && URL.canParse(url, base)) return new URL(url, base).href
  const who = base === undefined ? 'the command line does not know' : 'the architect has no "taskUrl" to say'
  throw new MephistoError('invalid_input', `Launch options: page: ${url === undefined ? `${who} where the page is` : `"${url}" is no whole address, and the command line does not know the host's`}; give hostPage({ ${option} }) it whole, as in https://app.example/work.`)
}

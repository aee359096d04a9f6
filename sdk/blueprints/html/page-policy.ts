import { createHash } from 'node:crypto'
import { attribute, textOf, type HtmlDocument, type HtmlElement } from './html-document.js'

/** What pages may do beyond what their own text needs. */
export interface PagePolicy {
  /** Origins that may show the pages in a frame, such as `https://workersandbox.mturk.com`. @default the host's own alone */
  readonly frameAncestors?: readonly string[]
  /** Origins of scripts that scripts of the page load by themselves: anything there may run. @default none but the addresses of its <script src="…"> */
  readonly scriptOrigins?: readonly string[]
  /** Lets scripts run text as code (`eval`), which some libraries need. @default false */
  readonly allowEval?: boolean
}

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * The content security policy of a page. The author's page is trusted as code is, and rows are not: scripts run by the hash of
 * their text and by the addresses that the page names, so that nothing a row could smuggle in would run.
 */
export function policyOf({ all: elements }: HtmlDocument, { frameAncestors, scriptOrigins, allowEval }: Required<PagePolicy>): string {
  const scripts = elements.filter(({ tagName }) => tagName === 'script')
  const sources = new Set(["'self'", "'unsafe-hashes'", ...scripts.flatMap(sourcesOf), ...elements.flatMap(handlersOf), ...scriptOrigins, ...(allowEval ? ["'unsafe-eval'"] : [])])
  return [
    'default-src * data: blob:', `script-src ${[...sources].join(' ')}`, "style-src * data: blob: 'unsafe-inline'", "worker-src 'self' blob:",
    "object-src 'none'", "base-uri 'none'", "form-action 'none'", `frame-ancestors ${["'self'", ...frameAncestors].join(' ')}`,
  ].join('; ')
}

function sourcesOf(script: HtmlElement): string[] {
  const address = attribute(script, 'src')
  if (address === undefined) return [sha256(textOf(script))]
  const here = 'https://page.invalid/'
  const url = URL.canParse(address, here) ? new URL(address, here) : null
  // The whole address: others publish at the same origin, as on a public network of scripts.
  return url === null || url.origin === new URL(here).origin ? [] : [`${url.origin}${url.pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`]
}

/** Handlers in attributes, such as onclick, run by their hash as well. */
function handlersOf({ attrs }: HtmlElement): string[] {
  return attrs.filter(({ name }) => name.startsWith('on')).map(({ value }) => sha256(value))
}

import { createHash } from 'node:crypto'
import { PAGE_PATHS, type PageField, type PageStage } from '../../protocol/html-page.js'
import type { PageReply, ServedPages } from '../served-pages.js'
import type { HtmlDocument } from './html-document.js'
import { policyOf, type PagePolicy } from './page-policy.js'
import { servedPage } from './served-page.js'
import { taskPageScript } from './task-page-script.js'

/** A page with the fields of what is handed in there. */
export interface StagePage {
  readonly document: HtmlDocument
  readonly fields: readonly PageField[]
}

/** The pages of an HTML blueprint. */
export interface HtmlPagesParts {
  readonly type: string
  readonly work: StagePage
  readonly preview: StagePage | null
  readonly onboarding: StagePage | null
  readonly policy: Required<PagePolicy>
}

const SAFE_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'strict-origin', 'cross-origin-resource-policy': 'same-origin' } as const

/** Serves the pages; everything about them is known here, so that a request only looks one up. */
export function htmlPages({ type, work, preview, onboarding, policy }: HtmlPagesParts): ServedPages {
  const script = taskPageScript()
  // Whatever makes a page another one: also what is wanted of its fields, and how we serve it.
  const bodyOf = ({ document, fields }: StagePage, stage: PageStage, build: string): string => servedPage(document, { settings: { type, stage, build, hasPreview: preview !== null, fields }, version: script.version })
  const all = [bodyOf(work, 'work', ''), preview && bodyOf(preview, 'preview', ''), onboarding && bodyOf(onboarding, 'onboarding', '')]
  const build = createHash('sha256').update(JSON.stringify([all, policy])).digest('hex').slice(0, 16)
  const pageReply = (page: StagePage, stage: PageStage): PageReply => ({
    status: 200,
    headers: {
      ...SAFE_HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'etag': `"${build}"`, 'content-security-policy': policyOf(page.document, policy),
    },
    body: bodyOf(page, stage, build),
  })
  const replies = new Map<string, PageReply>([
    [PAGE_PATHS.entry, preview === null ? pageReply(work, 'work') : pageReply(preview, 'preview')],
    [PAGE_PATHS.work, pageReply(work, 'work')],
    [PAGE_PATHS.script, {
      status: 200, body: script.text,
      headers: { ...SAFE_HEADERS, 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache', 'etag': `"${script.version}"` },
    }],
    ...(onboarding === null ? [] : [[PAGE_PATHS.onboarding, pageReply(onboarding, 'onboarding')] as const]),
  ])
  return {
    build,
    answer({ path, search, known }) {
      const reply = replies.get(path)
      if (reply === undefined) return null
      if (known !== null && known === reply.headers['etag']) return { ...reply, status: 304, body: '' }
      // While a new version is rolled out, a page of one process may ask another for its script: that is not to be kept under this name.
      const isForGood = path === PAGE_PATHS.script && search === `?${script.version}`
      return isForGood ? { ...reply, headers: { ...reply.headers, 'cache-control': 'public, max-age=31536000, immutable' } } : reply
    },
  }
}

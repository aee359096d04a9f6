import type { TipView } from '../../protocol/remark-views.js'

/** What others read of a tip, as it is kept. */
export function shownTip(text: string): Omit<TipView, 'id'> {
  const { title = null, text: words } = JSON.parse(text) as { readonly title?: string | null; readonly text: string }
  return { title, text: words }
}

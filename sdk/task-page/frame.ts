import { element } from './elements.js'
import { styleSheet as sheet } from './style-sheet.js'

/** `react/page.css` for a shadow tree, which the bundle of the page is given. */
declare const MEPHISTO_TASK_CSS: string

/** What is shown of the author's page: nothing, a sample that cannot be used, or all of it. */
export type Shown = 'nothing' | 'sample' | 'page'

/** The SDK's own part of the page, above the author's. Its styles and the author's do not meet: it lives in a shadow root. */
export interface Frame {
  /** Puts what is above the page there, or leaves it when it is there already. */
  show(content: HTMLElement, page: Shown): void
  /** True when the focus is in the frame. */
  hasFocus(): boolean
  /** Says something that stays in sight, politely; null takes it away. */
  notice(content: HTMLElement | null): void
  /** Says what is wrong, at once; null takes it away. */
  alert(content: HTMLElement | null): void
}

const OWN_CSS = `
:host { all: initial !important; display: contents !important; }
.mephisto-root { text-align: start; }
.bar { border-bottom: 1px solid var(--mephisto-border); background: var(--mephisto-surface); }
.inner { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 24px; max-width: 1100px; margin-inline: auto; padding: 8px 16px; }
.what { display: flex; flex: 1 1 260px; flex-direction: column; gap: 4px; min-width: 0; }
.what .mephisto-title-row { gap: 0 16px; }
.what strong.title { font-size: 16px; font-weight: 650; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; }
.tools .mephisto-button-quiet { padding-inline: 10px; }
.gate { min-height: 100vh; }
.gate.with-sample { min-height: 0; border-bottom: 1px solid var(--mephisto-border); }
.gate.with-sample .mephisto-task { min-height: 0; padding-block: 16px; }
.feedback { display: grid; gap: 6px; }
.feedback label { margin-top: 8px; font-weight: 600; }
.messages { position: fixed; inset: auto 0 0; z-index: 2147483647; background: none; pointer-events: none; }
.messages > div > * { margin: 0 auto 12px; max-width: 672px; width: calc(100% - 24px); box-shadow: 0 4px 20px rgb(10 12 18 / 25%); }
.messages ul { padding-inline-start: 20px; }
@media (max-width: 480px) {
  .inner { padding: 8px 12px 2px; }
  .tools { flex: 1 1 100%; justify-content: space-between; gap: 0 2px; }
  .tools .mephisto-button-quiet { min-height: 40px; padding-inline: 6px; }
  .links { flex: 1 1 auto; margin-inline: -6px; }
}
`

const PAGE_CSS = `
html:not([data-mephisto-shown]) > body, html[data-mephisto-shown='nothing'] > body { display: none !important; }
html[data-mephisto-shown='sample'] > body { pointer-events: none; }
html[data-mephisto-message]::after { content: ''; display: block; height: 120px; }
[data-mephisto-focus]:focus { outline: none; }
`

/** Hides the author's page until it is filled in. To be called before the browser has seen the page's body. */
export function hidePage(): void {
  document.adoptedStyleSheets.push(sheet(PAGE_CSS))
}

/** Puts the frame above the author's page, beside its body: what a page's styles do to a body's children does not touch it. */
export function makeFrame(): Frame {
  const host = element('div', { 'data-mephisto-frame': true, 'lang': 'en', 'dir': 'ltr' })
  const shadow = host.attachShadow({ mode: 'open' })
  shadow.adoptedStyleSheets = [sheet(cssFor(getComputedStyle(document.documentElement))), sheet(OWN_CSS)]
  const top = element('div', { class: 'mephisto-root' })
  const polite = element('div', { 'role': 'status', 'aria-live': 'polite' })
  const urgent = element('div', { role: 'alert' })
  const messages = element('div', { class: 'mephisto-root messages' }, polite, urgent)
  shadow.append(top, messages)
  document.documentElement.insertBefore(host, document.body)
  return {
    show(content, page) {
      if (top.firstChild !== content) top.replaceChildren(content)
      document.documentElement.dataset['mephistoShown'] = page
      // What cannot be used cannot have the focus either, and is not read out.
      document.body.inert = page !== 'page'
    },
    hasFocus: () => document.activeElement === host,
    notice: content => { say(polite, content) },
    alert: content => { say(urgent, content) },
  }

  function say(place: HTMLElement, content: HTMLElement | null): void {
    if (content === null && place.firstChild === null) return
    place.replaceChildren(...(content === null ? [] : [content]))
    // The page grows below, so that nothing stays behind what is said.
    document.documentElement.toggleAttribute('data-mephisto-message', polite.firstChild !== null || urgent.firstChild !== null)
  }
}

/** Our look, in keeping with the page: dark only where the page knows dark, and readable where it has made its root's text small. */
function cssFor({ colorScheme, fontSize }: CSSStyleDeclaration): string {
  const toned = colorScheme.includes('dark') ? MEPHISTO_TASK_CSS : MEPHISTO_TASK_CSS.replace('(prefers-color-scheme: dark)', 'not all').replace('color-scheme: light dark', 'color-scheme: light')
  return parseFloat(fontSize) < 14 ? toned.replace(/(\d*\.?\d+)rem\b/g, (_, rem: string) => `${String(Number(rem) * 16)}px`) : toned
}

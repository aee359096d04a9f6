import type { PageSettings } from '../protocol/html-page.js'
import { hidePage } from './frame.js'
import { makePageApi } from './page-api.js'
import { startPage } from './start-page.js'

// The script of an HTML page. The server puts it first into the page's head, so that it runs before anything of the page is
// seen and before any script of the page.
const script = document.currentScript
if (script instanceof HTMLScriptElement && script.dataset['page'] !== undefined) {
  const settings = JSON.parse(script.dataset['page']) as PageSettings
  const baseUrl = new URL('../../', script.src).href
  const keeper = makePageApi()
  Object.defineProperty(window, 'mephisto', { value: keeper.api, configurable: true })
  hidePage()
  document.addEventListener('DOMContentLoaded', () => { startPage({ settings, baseUrl, keeper }) })
}

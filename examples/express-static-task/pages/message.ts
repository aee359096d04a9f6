import { html } from './html.js'
import { layout } from './layout.js'

/** A page that says one thing, such as that there is nothing at an address. */
export function messagePage({ title, text }: { readonly title: string; readonly text: string }): string {
  return layout({ title, content: html`<h1>${title}</h1><p>${text}</p><p><a href="/">To the front page</a></p>` })
}

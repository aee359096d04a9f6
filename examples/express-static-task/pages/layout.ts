import { html, type Html } from './html.js'

/** A whole page in the look of the Civic Text Lab. */
export function layout({ title, content }: { readonly title: string; readonly content: Html }): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/host.css">
  </head>
  <body>
    <header class="host-bar"><a class="host-name" href="/">Civic Text Lab</a></header>
    <main class="host-main">${content}</main>
  </body>
</html>
`.html
}

/** A field's problem, tied to it by id; nothing when there is none. */
export function problemLine(id: string, problem: string | null): Html {
  return problem === null ? html`` : html`<p class="host-problem" id="${id}" role="alert">${problem}</p>`
}

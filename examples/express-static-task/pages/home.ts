import { html } from './html.js'
import { layout, problemLine } from './layout.js'

/** What the front page shows. */
export interface HomePage {
  readonly title: string
  readonly description: string
  /** Pay of one sentence, such as `$0.05`. */
  readonly pay: string
  /** The name as it was typed, to be corrected. */
  readonly name?: string
  readonly problem?: string | null
}

/** The front page: one of the host's own routes, where people give their name and get their link to the work. */
export function homePage({ title, description, pay, name = '', problem = null }: HomePage): string {
  const invalid = problem === null ? html`` : html` aria-invalid="true" aria-describedby="name-problem"`
  return layout({
    title: 'Civic Text Lab',
    content: html`
      <h1>Reading speeches together</h1>
      <p class="host-lead">
        We are a small lab that studies how presidents speak. People read single sentences and tell us what they are.
      </p>
      <section class="host-card">
        <h2>${title}</h2>
        <p>${description}</p>
        <p>Every accepted answer pays <strong>${pay}</strong>.</p>
        <form method="post" action="/join" class="host-form">
          <label for="name">Your name</label>
          <input id="name" name="name" value="${name}" autocomplete="name" required maxlength="60" autofocus${invalid}>
          ${problemLine('name-problem', problem)}
          <p class="host-hint">Use the same name next time to go on where you stopped.</p>
          <button class="host-button">Start</button>
        </form>
      </section>
      <p class="host-foot">
        This page is the lab's own: an ordinary route of an Express app. The task at <code>/work</code> and the
        <a href="/review">review page</a> are pages of the same app, served by the SDK mounted at <code>/mephisto</code>.
      </p>`,
  })
}

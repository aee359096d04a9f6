import { html } from './html.js'
import { layout, problemLine } from './layout.js'

/** What the login page shows: the name as it was typed, and what was wrong. */
export interface LoginPage {
  readonly name?: string
  readonly problem?: string | null
}

/** The login page of the host. */
export function loginPage({ name = '', problem = null }: LoginPage = {}): string {
  const invalid = problem === null ? html`` : html` aria-describedby="login-problem"`
  return layout({
    title: 'Log in, Civic Text Lab',
    content: html`
      <h1>Log in to review</h1>
      <section class="host-card">
        <form method="post" action="/login" class="host-form">
          <label for="name">Your name, as other reviewers see it</label>
          <input id="name" name="name" value="${name}" autocomplete="name" required maxlength="60" autofocus>
          <label for="password">The team's password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required${invalid}>
          ${problemLine('login-problem', problem)}
          <p class="host-hint">It is printed where the server was started.</p>
          <button class="host-button">Log in</button>
        </form>
      </section>`,
  })
}

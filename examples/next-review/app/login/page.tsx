'use client'
import { useActionState } from 'react'
import { enter } from './actions'

export default function Login() {
  const [problem, signIn, isPending] = useActionState(enter, null)
  return (
    <main className="shed-main">
      <h1>Sign in</h1>
      <form className="shed-form" action={signIn}>
        <label htmlFor="name">Name</label>
        <input id="name" name="name" required autoComplete="username" />
        <label htmlFor="password">Password</label>
        <input id="password" name="password" type="password" required autoComplete="current-password" />
        <p role="alert" className="shed-problem">{problem}</p>
        <button className="shed-button" disabled={isPending}>Sign in</button>
      </form>
    </main>
  )
}

import express, { Router } from 'express'
import type { Login } from './login.js'
import { checkName } from './person-name.js'
import { loginPage } from './pages/login.js'
import { createThrottle } from './throttle.js'

const TRIES = 8
const WITHIN_MS = 60_000

interface LoginForm {
  readonly name?: unknown
  readonly password?: unknown
}

/** `/login` and `/logout` of the host. Eight wrong passwords a minute from one address, then it waits. */
export function loginRoutes(login: Login): Router {
  const throttle = createThrottle({ tries: TRIES, withinMs: WITHIN_MS })
  const router = Router()
  router.get('/login', (_request, response) => { response.send(loginPage()) })
  router.post('/login', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    const form = (request.body ?? {}) as LoginForm
    const caller = request.ip ?? 'unknown'
    const { name, problem } = checkName(form.name)
    const wait = throttle.waitOf(caller)
    if (wait > 0) {
      const sorry = `There were too many wrong passwords. Please wait ${String(wait)} seconds and try again.`
      response.status(429).set('retry-after', String(wait)).send(loginPage({ name, problem: sorry }))
      return
    }
    if (problem !== null) {
      response.status(422).send(loginPage({ name, problem }))
      return
    }
    const cookie = await login.open({ name, password: typeof form.password === 'string' ? form.password.trim() : '' })
    if (cookie === null) {
      throttle.fail(caller)
      response.status(403).send(loginPage({ name, problem: 'That is not the password. Please try again.' }))
      return
    }
    throttle.succeed(caller)
    response.set('set-cookie', cookie).redirect(303, '/review')
  })
  router.post('/logout', (_request, response) => {
    response.set('set-cookie', login.closingCookie).redirect(303, '/login')
  })
  return router
}

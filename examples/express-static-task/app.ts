import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { formatMoney, type Mephisto, type TaskRun } from 'mephisto-sdk'
import type { ExpressArchitect } from 'mephisto-sdk/express'
import { loginRoutes } from './login-routes.js'
import type { Login } from './login.js'
import { checkName } from './person-name.js'
import { homePage, type HomePage } from './pages/home.js'
import { messagePage } from './pages/message.js'
import { pagesFolder, assetsFolder } from './places.js'

const LINK_LIVES_MS = 14 * 86_400_000
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
  "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
].join('; ')

const NOTHING_HERE = { title: 'There is nothing here', text: 'The address may be misspelt, or the page is gone.' }

/** What the host app is made of. */
export interface AppParts {
  readonly mephisto: Mephisto<ExpressArchitect>
  /** The run that people are invited to. */
  readonly run: TaskRun
  readonly login: Login
}

/** The host app: its own routes, and the SDK mounted beside them. */
export function createApp({ mephisto, run, login }: AppParts): Express {
  const app = express()
  app.disable('x-powered-by')
  // Before any body parser and before the host's headers: what is under the mount is the SDK's.
  app.use('/mephisto', mephisto.architect.middleware(mephisto))
  app.use(safeHeaders)

  const { title, description } = run.config
  const pay = formatMoney({ minor: run.payMinor, currency: run.currency })
  const home = (page: Partial<HomePage> = {}) => homePage({ title, description, pay, ...page })
  app.get('/', (_request, response) => { response.send(home()) })
  app.post('/join', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    const { name, problem } = checkName(fieldOf(request.body, 'name'))
    if (problem !== null) {
      response.status(422).send(home({ name, problem }))
      return
    }
    const { credential } = await mephisto.invite({ run: run.id, worker: name, expiresInMs: LINK_LIVES_MS })
    response.redirect(303, `/work#${new URLSearchParams({ provider: run.provider, credential }).toString()}`)
  })
  app.get('/work', sendPage('worker.html'))
  app.get('/review', sendPage('review.html'))
  app.get('/host.css', sendPage('host.css'))
  app.use(loginRoutes(login))
  app.use('/assets', express.static(assetsFolder, { index: false }))

  app.use((_request, response) => {
    response.status(404).send(messagePage(NOTHING_HERE))
  })
  app.use(sayWhatWentWrong)
  return app
}

/** A field of a posted form, whatever was posted. */
export function fieldOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  return (body as Record<string, unknown>)[name]
}

const safeHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  })
  next()
}

function sendPage(file: string): RequestHandler {
  return (_request, response) => { response.sendFile(file, { root: pagesFolder, cacheControl: false }) }
}

// Express knows an error handler by its four parameters.
const sayWhatWentWrong: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error)
    return
  }
  const status = fieldOf(error, 'status')
  const isCallersFault = typeof status === 'number' && status >= 400 && status < 500
  if (!isCallersFault) console.error(error)
  response.status(isCallersFault ? status : 500).send(messagePage(isCallersFault
    ? { title: 'That did not work', text: 'The request could not be understood. Please go back and try again.' }
    : { title: 'Something went wrong', text: 'This is our fault, not yours. Please try again in a moment.' }))
}

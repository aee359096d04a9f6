import { MephistoError } from '../sdk/errors.js'
import { textsIn, type EventBus } from '../sdk/ports/event-bus.js'
import { loadDriver } from './drivers/load-driver.js'
import { checkPostgresUrl } from './drivers/postgres-url.js'

/** Where the PostgreSQL server is whose notifications wake other processes. */
export interface PostgresBusOptions {
  /** `postgresql://user:password@host:5432/database`: all processes name the same database. Behind a pooler it must be a session of its own. */
  readonly url: string
  /** The name under which is notified. @default 'mephisto' */
  readonly channel?: string
}

/** What one notification may hold, bytes: PostgreSQL takes less than 8000. */
const MOST_BYTES = 7_500
const [CONNECT_MS, FIRST_MS, MOST_MS] = [5_000, 100, 5_000]

/**
 * An event bus over PostgreSQL's LISTEN and NOTIFY (https://www.postgresql.org/docs/current/sql-notify.html), on one connection of its own; needs
 * the package `pg`. Nothing is connected until it is used.
 * @throws MephistoError `invalid_options` for an address or a channel that is none; `unavailable` without the package `pg`
 */
export async function postgresBus({ url, channel = 'mephisto' }: PostgresBusOptions): Promise<EventBus> {
  checkPostgresUrl(url, 'postgresBus: ')
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(channel)) throw new MephistoError('invalid_options', 'postgresBus: channel: must be 1 to 63 small letters, digits and underscores, and start with a letter.')
  const { connectPostgres } = await loadDriver('pg', () => import('./drivers/postgres-connection.js'))
  type Connection = Awaited<ReturnType<typeof connectPostgres>>
  const listeners = new Set<(texts: readonly string[] | null) => void>()
  let connecting: Promise<Connection> | null = null
  let [isClosed, failures] = [false, 0]
  let timer: ReturnType<typeof setTimeout> | undefined

  function connection(): Promise<Connection> {
    if (isClosed) return Promise.reject(new MephistoError('unavailable', 'This event bus was closed.'))
    connecting ??= open().catch((error: unknown) => {
      connecting = null
      throw new MephistoError('unavailable', 'The server of the event bus could not be reached.', { cause: error })
    })
    return connecting
  }

  async function open(): Promise<Connection> {
    const opened = await connectPostgres({ url, connectMs: CONNECT_MS, onNotification: hear, onLost: lost })
    try {
      if (listeners.size > 0) await opened.query(`LISTEN ${channel}`)
    } catch (error) {
      await opened.end()
      throw error
    }
    failures = 0
    return opened
  }

  function hear(text: string): void {
    const texts = textsIn(text)
    for (const listener of listeners) listener(texts)
  }

  /** A query that failed may be the first to find that the connection is gone. */
  async function query(sql: string, values?: readonly string[]): Promise<void> {
    const mine = connection()
    const opened = await mine
    await opened.query(sql, values).catch(async (error: unknown) => {
      const isCurrent = connecting === mine
      await opened.end()
      if (isCurrent) lost()
      throw new MephistoError('unavailable', 'The server of the event bus did not answer.', { cause: error })
    })
  }

  function lost(): void {
    connecting = null
    if (listeners.size > 0 && !isClosed) again()
  }

  function again(): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      connection().then(() => { for (const listener of listeners) listener(null) }, again)
    }, Math.min(MOST_MS, FIRST_MS * 2 ** failures))
    timer.unref()
    failures += 1
  }

  return {
    specVersion: 1,
    async publish(texts) {
      for (const text of portions(texts)) await query('SELECT pg_notify($1, $2)', [channel, text])
    },
    async listen(listener) {
      listeners.add(listener)
      try {
        await query(`LISTEN ${channel}`)
      } catch (error) {
        listeners.delete(listener)
        throw error
      }
      return () => {
        listeners.delete(listener)
        return Promise.resolve()
      }
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      listeners.clear()
      await connecting?.then(opened => opened.end(), () => undefined)
    },
  }
}

/** Texts as messages that one notification can hold. */
function* portions(texts: readonly string[]): Generator<string> {
  let [portion, bytes]: [string[], number] = [[], 2]
  for (const one of texts) {
    const more = Buffer.byteLength(JSON.stringify(one)) + 1
    if (bytes + more > MOST_BYTES) {
      yield JSON.stringify(portion)
      ;[portion, bytes] = [[], 2]
    }
    portion.push(one)
    bytes += more
  }
  if (portion.length > 0) yield JSON.stringify(portion)
}

import { setTimeout } from 'node:timers/promises'
import pg from 'pg'

/** How long saying goodbye may take, ms. */
const END_MS = 1_000

/** A connection to PostgreSQL, and who hears of it. */
export interface PostgresConnectionOptions {
  readonly url: string
  readonly connectMs: number
  onNotification(text: string): void
  /** It is gone, though nobody ended it. */
  onLost(): void
}

/** One connection that stays open. */
export interface PostgresConnection {
  query(sql: string, values?: readonly string[]): Promise<unknown>
  end(): Promise<void>
}

/** Connects. Rejects when the server does not answer in time. */
export async function connectPostgres({ url, connectMs, onNotification, onLost }: PostgresConnectionOptions): Promise<PostgresConnection> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs, query_timeout: connectMs, keepAlive: true })
  let isOver = false
  const over = (): void => {
    if (isOver) return
    isOver = true
    onLost()
  }
  // Without a listener an error would end the process.
  client.on('error', () => undefined)
  await client.connect()
  client.on('error', over).on('end', over).on('notification', ({ payload }) => { if (payload !== undefined) onNotification(payload) })
  return {
    query: (sql, values) => client.query(sql, values === undefined ? undefined : [...values]),
    async end() {
      isOver = true
      // One that does not answer is cut off.
      await Promise.race([client.end().catch(() => undefined), setTimeout(END_MS, undefined, { ref: false })])
    },
  }
}

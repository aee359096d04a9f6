import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import type { ServerKind } from './databases.js'
import { freePort } from './free-port.js'

/** A database server of a test's own, which listens on loopback alone. */
export interface OwnServer {
  /** Its administrator's address, with a password. */
  readonly url: string
  isRunning(): boolean
  /** Starts it where it does not run, and waits until it answers. */
  start(): Promise<void>
  /** Ends it as a crash does. */
  stop(): Promise<void>
  /** Ends it and removes what it made in a folder of its own. */
  remove(): Promise<void>
}

/** How a server is set up. */
export interface OwnServerOptions {
  /** Where it keeps its rows. @default a folder of its own */
  readonly rowsIn?: string
  /** Where PostgreSQL keeps its write-ahead log and MariaDB its binary log. @default a folder of its own */
  readonly logIn?: string
  /** Settings, as its command line takes them. @default none */
  readonly settings?: readonly string[]
}

interface Place {
  readonly folder: string
  readonly rows: string
  readonly log: string
  readonly port: number
  readonly password: string
  readonly settings: readonly string[]
}

/** What the two kinds do each in its own way. */
interface Kind {
  readonly programs: readonly [maker: string, server: string]
  /** Who it runs as, since it refuses to run as root. */
  readonly user: string
  readonly scheme: string
  /** Ends it at once, with its children, and leaves its files to its recovery. */
  readonly crash: NodeJS.Signals
  makeArguments(place: Place): readonly string[]
  serverArguments(place: Place): readonly string[]
  /** Resolves when it answers. */
  ask(place: Place, url: string): Promise<void>
}

const NAME = 'owner'
const DATABASE = 'own'

const KINDS: Readonly<Record<ServerKind, Kind>> = {
  postgresql: {
    programs: ['initdb', 'postgres'], user: 'postgres', scheme: 'postgresql', crash: 'SIGQUIT',
    makeArguments({ folder, rows, log, password }) {
      const words = join(folder, 'password')
      writeFileSync(words, password)
      return ['-D', join(rows, 'data'), '-X', join(log, 'wal'), '-U', NAME, `--pwfile=${words}`, '--auth=scram-sha-256', '--wal-segsize=1', '--encoding=UTF8', '--locale=C', '--no-sync']
    },
    serverArguments: ({ rows, port, settings }) => ['-D', join(rows, 'data'), '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...settings],
    async ask(_, url) {
      const client = new pg.Client({ connectionString: Object.assign(new URL(url), { pathname: '/postgres' }).href, connectionTimeoutMillis: 1_000 })
      client.on('error', () => undefined)
      try {
        await client.connect()
        const { rowCount } = await client.query(`SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`)
        if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
      } finally {
        await client.end().catch(() => undefined)
      }
    },
  },
  mysql: {
    programs: ['mariadb-install-db', 'mariadbd'], user: 'mysql', scheme: 'mysql', crash: 'SIGKILL',
    makeArguments: ({ rows }) => ['--no-defaults', `--datadir=${join(rows, 'data')}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=4M'],
    serverArguments: ({ folder, rows, log, port, settings }) => [
      '--no-defaults', `--datadir=${join(rows, 'data')}`, `--port=${String(port)}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`,
      `--log-bin=${join(log, 'log')}`, '--innodb-log-file-size=4M', ...settings,
    ],
    async ask({ folder, password }) {
      const connection = await createConnection({ socketPath: join(folder, 'socket'), user: 'root', connectTimeout: 1_000 })
      try {
        const [users] = await connection.query(`SELECT 1 FROM mysql.user WHERE user = '${NAME}'`)
        if ((users as unknown[]).length > 0) return
        await connection.query(`CREATE USER '${NAME}'@'%' IDENTIFIED BY '${password}'`)
        await connection.query(`GRANT ALL ON *.* TO '${NAME}'@'%'`)
        await connection.query(`CREATE DATABASE ${DATABASE}`)
      } finally {
        await connection.end()
      }
    },
  },
}

/** It answers, or ends, in this time, ms. */
const START_MS = 30_000
const STOP_MS = 10_000

/** Whether a server of this kind can be made here; where it must be, a missing program fails the test file. */
export function hasOwnServer(kind: ServerKind): boolean {
  try {
    KINDS[kind].programs.forEach(pathOf)
    userOf(kind)
    return true
  } catch (error) {
    if (process.env['MEPHISTO_CI'] === '1') throw error
    return false
  }
}

/** Makes a server and starts it. */
export async function startOwnServer(kind: ServerKind, { rowsIn, logIn, settings = [] }: OwnServerOptions = {}): Promise<OwnServer> {
  const { programs: [maker, program], scheme, crash, ...words } = KINDS[kind]
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-server-'))
  const user = userOf(kind)
  if (user) chownSync(folder, user.uid, user.gid)
  const place: Place = { folder, rows: rowsIn ?? folder, log: logIn ?? folder, port: await freePort(), password: randomBytes(12).toString('hex'), settings }
  const url = `${scheme}://${NAME}:${place.password}@127.0.0.1:${String(place.port)}/${DATABASE}`
  let child: ChildProcess | null = null
  let said = ''
  const kill = (): void => { child?.kill(crash) }
  const begin = (): void => {
    const started = child = spawn(pathOf(program), words.serverArguments(place), { ...user, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const hear = (text: Buffer): void => { said = (said + text.toString()).slice(-4_000) }
    started.stdout.on('data', hear)
    started.stderr.on('data', hear)
    started.once('exit', () => { child = null })
  }
  const server: OwnServer = {
    url,
    isRunning: () => child !== null,
    async start() {
      if (child === null) begin()
      for (const end = performance.now() + START_MS; ;) {
        try {
          await words.ask(place, url)
          return
        } catch (error) {
          if (child === null || performance.now() > end) throw new Error(`${program} does not answer: ${said}`, { cause: error })
        }
        await setTimeout(50)
      }
    },
    async stop() {
      const ending = child
      if (ending === null) return
      const ended = once(ending, 'exit')
      ending.kill(crash)
      await Promise.race([ended, setTimeout(STOP_MS, undefined, { ref: false }).then(() => ending.kill('SIGKILL')).then(() => ended)])
    },
    async remove() {
      await server.stop()
      process.off('exit', kill)
      rmSync(folder, { recursive: true })
    },
  }
  process.once('exit', kill)
  try {
    execFileSync(pathOf(maker), words.makeArguments(place), { ...user, cwd: folder, stdio: 'pipe' })
    await server.start()
  } catch (error) {
    await server.remove()
    throw error
  }
  return server
}

/** Where a program is: Debian keeps those of PostgreSQL apart. @throws Error for one that is not installed */
function pathOf(program: string): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map(version => join(debian, version, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const path = folders.map(folder => join(folder, program)).find(existsSync)
  if (path === undefined) throw new Error(`${program} is not installed`)
  return path
}

/** Whom a server of root's runs as; undefined where this process is not root's. */
function userOf(kind: ServerKind): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (what: string): number => Number(execFileSync('id', [what, KINDS[kind].user], { encoding: 'utf8', stdio: 'pipe' }))
  return { uid: id('-u'), gid: id('-g') }
}

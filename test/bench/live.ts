import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createTarget, type Engine } from './engines.js'
import { openPage, openPlain, type Page, type Way } from './live-pages.js'
import { goal, round, timing, type Row } from './report.js'

/** How long people say something, s. */
const SECONDS = 15
/** What packets come over, how many people there are, and how often each says something, s. */
const CROWDS: readonly { readonly way: Way; readonly people: number; readonly apartS: number }[] = [
  { way: 'sockets', people: 100, apartS: 1 }, { way: 'events', people: 100, apartS: 1 }, { way: 'asking', people: 100, apartS: 1 },
  { way: 'sockets', people: 1_000, apartS: 1 }, { way: 'events', people: 1_000, apartS: 1 }, { way: 'asking', people: 1_000, apartS: 1 },
  { way: 'sockets', people: 5_000, apartS: 10 },
]

/** People in pairs who say something now and then: from the POST to the packet at the partner's page, beside the same over a plain relay of sockets in the same server. */
export async function* benchLive(engine: Engine): AsyncGenerator<Row> {
  for (const { way, people, apartS } of CROWDS) {
    yield await serving(engine, people, async ({ child, port, tokens, agent }) => {
      const before = await usage(child)
      const pages = await opening(tokens, token => openPage({ agent, port }, token, way))
      await Promise.all(pages.map(page => page.begun))
      const opened = await usage(child)
      const { durations, missing } = await paced(pages, apartS)
      const after = await usage(child)
      for (const page of pages) page.close()
      const relays = await opening(tokens, () => openPlain(port, 'relay'))
      await Promise.all(relays.map(page => page.begun))
      const raw = await paced(relays, apartS)
      for (const page of relays) page.close()
      const plain = timing(raw.durations, SECONDS * 1_000)
      const timed = timing(durations, SECONDS * 1_000)
      const kilobytes = Math.round((opened.bytes - before.bytes) / people / 1_024)
      const goals = way === 'sockets' && people === 1_000 && engine === 'postgresql'
        ? [goal('p50 ms', timed.p50Ms, { atMost: 10 }), goal('p99 ms', timed.p99Ms, { atMost: 50 }), goal('KB a connection', kilobytes, { atMost: 30 })] : []
      return {
        bench: `live pairs, ${way}`, engine, workers: people, n: durations.length, ...timed, ratioToRaw: round(plain.p50Ms / timed.p50Ms), goalRatio: null, goals,
        note: `plain relay p50 ${String(plain.p50Ms)} p99 ${String(plain.p99Ms)} ms; ${String(kilobytes)} KB a connection; processor ${String(Math.round((after.cpu.user + after.cpu.system - opened.cpu.user - opened.cpu.system) / 10_000 / SECONDS))} %; lost ${String(missing)}`,
      }
    })
  }
}

/** Who listens, in how many places each, and how many events they are told, one after the other. */
const [LISTENERS, PLACES, EVENTS] = [125, 8, 100]
const READERS = LISTENERS * PLACES

/** One event to a thousand readers, from the POST until the last one has it, beside a plain broadcast in the same server. */
export async function* benchFanOut(engine: Engine): AsyncGenerator<Row> {
  yield await serving(engine, LISTENERS + 1, async ({ port, tokens: [teller = '', ...listeners], agent }) => {
    const said = await openPage({ agent, port }, teller)
    const readers = await opening(Array.from({ length: PLACES }, () => listeners).flat(), token => openPage({ agent, port }, token))
    await Promise.all([said, ...readers].map(page => page.begun))
    const ours = await told(said, readers)
    for (const page of [said, ...readers]) page.close()
    const plain = await opening(Array.from({ length: READERS + 1 }), () => openPlain(port, 'fan'))
    await Promise.all(plain.map(page => page.begun))
    const [speaker, ...rest] = plain
    if (!speaker) throw new Error('nobody speaks')
    const raw = await told(speaker, rest)
    for (const page of plain) page.close()
    const [timed, rawTimed] = [ours, raw].map(durations => timing(durations, durations.reduce((sum, one) => sum + one, 0)))
    if (!timed || !rawTimed) throw new Error('nothing was measured')
    return { bench: 'fan-out', engine, workers: READERS, n: EVENTS, ...timed, ratioToRaw: round(rawTimed.p50Ms / timed.p50Ms), goalRatio: 0.5, note: `plain broadcast p50 ${String(rawTimed.p50Ms)} p99 ${String(rawTimed.p99Ms)} ms` }
  }, LISTENERS + 1)
}

/** As many connections as a server takes in one moment. */
const AT_ONCE = 100

/** Opens pages, a hundred at a time. */
async function opening<T>(each: readonly T[], open: (one: T) => Promise<Page>): Promise<Page[]> {
  const pages: Page[] = []
  for (let first = 0; first < each.length; first += AT_ONCE) pages.push(...await Promise.all(each.slice(first, first + AT_ONCE).map(open)))
  return pages
}

/** Says one thing after the other, each when all readers have heard the one before; how long each took, ms. */
async function told(speaker: Page, readers: readonly Page[]): Promise<number[]> {
  const durations: number[] = []
  for (let event = 0; event < EVENTS; event += 1) {
    const id = randomUUID()
    let left = readers.length
    const all = new Promise<void>(resolve => {
      for (const page of readers) page.onHeard(heard => { if (heard === id && (left -= 1) === 0) resolve() })
    })
    const begun = performance.now()
    speaker.say(id)
    await all
    durations.push(performance.now() - begun)
  }
  return durations
}

interface Served { readonly child: ChildProcess; readonly port: number; readonly tokens: readonly string[]; readonly agent: Agent }

/** A server process with so many people at work, so many of them at each item, for as long as `measure` lasts. */
async function serving(engine: Engine, people: number, measure: (served: Served) => Promise<Row>, together = 2): Promise<Row> {
  const target = await createTarget(engine)
  const child = fork(fileURLToPath(new URL('live-server.ts', import.meta.url)), [engine, target.at, String(people), String(together)], { execArgv: ['--import', 'tsx', '--expose-gc'] })
  const agent = new Agent({ keepAlive: true })
  try {
    const { port, tokens } = await message<{ port: number; tokens: string[] }>(child)
    return await measure({ child, port, tokens, agent })
  } finally {
    agent.destroy()
    child.removeAllListeners('exit')
    child.disconnect()
    await new Promise(resolve => child.once('exit', resolve))
    await target.drop()
  }
}

/** What is used after a collection: bytes of the heap and of buffers, and the processor's time, µs. */
interface Usage { readonly bytes: number; readonly cpu: NodeJS.CpuUsage }

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', message => { resolve(message as T) }).once('exit', code => { reject(new Error(`the server ended with ${String(code)}`)) })
  })
}

function usage(child: ChildProcess): Promise<Usage> {
  const answer = message<Usage>(child)
  child.send('usage')
  return answer
}

/** Everybody says something every so many seconds, spread over them; how long it takes until the partner has it, ms, and how many never came. */
async function paced(pages: readonly Page[], apartS: number): Promise<{ durations: number[]; missing: number }> {
  const sent = new Map<string, number>()
  const durations: number[] = []
  for (const page of pages) page.onHeard(id => {
    const at = sent.get(id)
    if (at === undefined) return
    sent.delete(id)
    durations.push(performance.now() - at)
  })
  const started = performance.now()
  let next = 0
  const total = Math.floor(pages.length / apartS * SECONDS)
  while (next < total) {
    const due = Math.min(total, Math.floor((performance.now() - started) / 1_000 * pages.length / apartS))
    for (; next < due; next += 1) {
      const id = randomUUID()
      sent.set(id, performance.now())
      pages[next % pages.length]?.say(id)
    }
    await new Promise(resolve => { setTimeout(resolve, 1) })
  }
  await new Promise(resolve => { setTimeout(resolve, 3_000) })
  return { durations, missing: sent.size }
}

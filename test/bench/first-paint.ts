import { chromium, type Browser } from 'playwright-core'
import { consoleText } from '../../scripts/console.js'
import { makeTarget } from '../scenarios/promise-target.js'
import type { Engine } from './engines.js'
import { goal, round, type Row } from './report.js'

/** How often the page is opened in a browser that has never seen it, and how much slower than this machine's its processor is. */
const [OPENED, SLOWER] = [9, 4]
const CHROMIUM = process.env['MEPHISTO_CHROMIUM'] ?? '/usr/bin/chromium'

interface Paint {
  /** From when the page was asked for, ms. */
  readonly first: number
  /** Until the list of runs was drawn, ms. */
  readonly useful: number
}

/** The console over loopback on a slow processor: when something is painted first, and when the list of runs is there. */
export async function* benchFirstPaint(engine: Engine): AsyncGenerator<Row> {
  if (engine !== 'sqlite') return
  Object.assign(globalThis, { MEPHISTO_CONSOLE: consoleText() })
  const { openConsoleStage, playKettles } = await import('../console-stage.js')
  const target = await makeTarget('sqlite')
  const stage = await openConsoleStage(target)
  await playKettles(stage)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] })
  try {
    await painted(browser, stage.origin)
    const paints: Paint[] = []
    for (let opened = 0; opened < OPENED; opened += 1) paints.push(await painted(browser, stage.origin))
    const middle = (of: keyof Paint): number => round(paints.map(paint => paint[of]).sort((a, b) => a - b)[Math.floor(OPENED / 2)] ?? NaN)
    yield {
      bench: 'first paint', engine, workers: 1, n: OPENED, perSecond: 0, p50Ms: middle('first'), p99Ms: round(Math.max(...paints.map(({ first }) => first))), ratioToRaw: null, goalRatio: null,
      goals: [goal('p50 ms', middle('first'), { atMost: 1_000 })], note: `the console with a processor ${String(SLOWER)} times as slow; runs drawn after ${String(middle('useful'))} ms`,
    }
  } finally {
    await browser.close()
    await stage.close()
    await target.drop()
  }
}

async function painted(browser: Browser, origin: string): Promise<Paint> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  await context.addCookies([{ name: 'who', value: 'olga', url: origin }])
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  await page.addInitScript(() => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector('a[href^="#/runs/"]')) return
      seen.disconnect()
      // Once what is there now was drawn.
      requestAnimationFrame(() => { setTimeout(() => { performance.mark('useful') }) })
    })
    seen.observe(document, { childList: true, subtree: true })
  })
  await page.goto(`${origin}/mephisto/console/`)
  await page.waitForFunction(() => performance.getEntriesByName('useful').length > 0)
  const paint = await page.evaluate(() => ({ first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN, useful: performance.getEntriesByName('useful')[0]?.startTime ?? NaN }))
  await context.close()
  return paint
}

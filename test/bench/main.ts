import { benchActions } from './actions.js'
import { benchBulk, benchFirstQuery } from './bulk.js'
import { availableEngines } from './engines.js'
import { benchCalls } from './calls.js'
import { benchFirstPaint } from './first-paint.js'
import { benchFlat } from './flat.js'
import { benchLists } from './lists.js'
import { benchFanOut, benchLive } from './live.js'
import { benchLifecycles } from './lifecycle.js'
import { benchAlone, benchWaiting } from './operations.js'
import { benchPublishing } from './publishing.js'
import { HEADING, print, type Row } from './report.js'

// `npm run bench [-- --json] [--large] [names of benches] [names of engines]`: each beside the raw driver in the same run.
// `--large` measures with a million units too, which takes about half an hour.

const asJson = process.argv.includes('--json')
const isLarge = process.argv.includes('--large')
const wanted = process.argv.slice(2).filter(argument => !argument.startsWith('--'))

const BENCHES: Readonly<Record<string, (engine: Awaited<ReturnType<typeof availableEngines>>[number]) => Promise<Row> | AsyncIterable<Row>>> = {
  waiting: benchWaiting,
  actions: benchActions,
  alone: benchAlone,
  publishing: benchPublishing,
  lifecycle: engine => benchLifecycles(engine, isLarge ? [1_000, 10_000, 1_000_000] : [1_000, 10_000]),
  calls: benchCalls,
  live: benchLive,
  fanout: benchFanOut,
  bulk: engine => benchBulk(engine, 10_000),
  first: benchFirstQuery,
  paint: benchFirstPaint,
  flat: engine => benchFlat(engine, isLarge ? 1_000_000 : 20_000),
  lists: engine => benchLists(engine, isLarge ? 1_000_000 : 20_000),
  ...(isLarge ? { million: engine => benchBulk(engine, 1_000_000) } : {}),
}

const engines = (await availableEngines()).filter(engine => !wanted.some(name => name in { sqlite: 1, postgresql: 1, mariadb: 1 }) || wanted.includes(engine))
const names = Object.keys(BENCHES).filter(name => !wanted.some(one => one in BENCHES) || wanted.includes(name))
if (!asJson) console.log(HEADING)
for (const name of names) {
  for (const engine of engines) {
    const measured = BENCHES[name]?.(engine)
    if (measured === undefined) continue
    if ('then' in measured) print(await measured, asJson)
    else for await (const row of measured) print(row, asJson)
  }
}

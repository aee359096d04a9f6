import { afterAll, describe, expect, test } from 'vitest'
import { sentimentRun } from '../sentiment.js'
import { combined, type Break } from './promise-break.js'
import { localCalls, sentError } from './promise-calls.js'
import { played, provoked, type Caught } from './promise-lab.js'
import { HELD, MUTANTS, RACING, unheld, unheldAndUnconditional } from './promise-mutants.js'
import { openTarget, type TargetKind } from './promise-open.js'
import { check, makeTarget, onTarget, tableOf, targetKinds } from './promise-target.js'

// Deliberately broken variants: a checker that lets one through is no checker. Each runs the schedule that provokes, and
// then chance until chance has found it too.

/** Chance needs a few tries at most; as it is chance, it gets many. */
const SEEDS = 40
const STEPS = 120

const table: string[] = []
afterAll(() => { console.log(table.join('\n')) })

/** In a few words: the promises whose breach shows, the errors by which the database refused, and whether `verifyRun` saw it. */
function how({ violations, differences, refused }: Pick<Caught, 'violations' | 'differences' | 'refused'>): string[] {
  return [...new Set([...violations.map(violation => violation.promise), ...refused.map(error => error.split(':')[0] ?? ''), ...(differences.length > 0 ? ['verifyRun'] : [])])].sort()
}

test('the code as it is passes the schedule and chance', async () => {
  expect(how(await provoked(() => []))).toEqual([])
  for (let seed = 1; seed <= 4; seed += 1) expect({ seed, how: how(await played(() => [], { seed, steps: STEPS })) }).toEqual({ seed, how: [] })
})

describe('is caught: a variant that', () => {
  test.each(MUTANTS)('$name', async ({ name, breaks, caught, isHiddenFromChance }) => {
    const outcome = await provoked(breaks)
    expect(how(outcome)).toContain(caught)
    expect(outcome.isUsed).not.toContain(false)
    let found: string[] = []
    let seed = 0
    while (found.length === 0 && seed < SEEDS && !isHiddenFromChance) found = how(await played(breaks, { seed: (seed += 1), steps: STEPS }))
    table.push(`${name}: ${how(outcome).join(' ')}; by chance ${isHiddenFromChance ? 'not looked for' : `${found.join(' ')} (seed ${String(seed)})`}`)
    if (!isHiddenFromChance) expect(found).not.toEqual([])
  })
})

describe('is held by a second line: a variant that', () => {
  test.each(HELD)('$name ($by)', async ({ breaks }) => {
    const outcome = await provoked(breaks)
    expect(outcome.isUsed).not.toContain(false)
    // At most somebody hears a no.
    expect(how(outcome).filter(what => what !== 'budget_exhausted')).toEqual([])
  })
})

describe.each((await targetKinds()).filter(kind => kind !== 'sqlite'))('on %s, with transactions at the same time,', kind => {
  test('the code as it is passes the schedule', async () => {
    expect(how(await provoked(() => [], kind))).toEqual([])
  })

  test.each([...MUTANTS.filter(mutant => mutant.isConcurrent), ...RACING])('is caught: a variant that $name', async ({ name, breaks }) => {
    const outcome = await provoked(breaks, kind)
    table.push(`${name}, on ${kind}: ${how(outcome).join(' ')}`)
    // Which breach shows first is for the race to say.
    expect(how(outcome)).not.toEqual([])
    expect(outcome.isUsed).not.toContain(false)
  })
})

describe.each((await targetKinds()).filter(kind => kind !== 'sqlite'))('a variant that does not hold the run, on %s,', kind => {
  test('is refused by the database, and nothing is broken', async () => {
    const outcome = await race(kind, unheld)
    expect(how(outcome)).toEqual(['already_exists'])
  })

  test('is caught where nothing else holds either', async () => {
    const outcome = await race(kind, unheldAndUnconditional, { withUniqueFeed: false })
    expect(how(outcome)).toContain('P9')
    table.push(`does not hold the run, on ${kind}: ${how(outcome).join(' ')}`)
  })
})

/** People who claim at the same time at two instances of a variant. */
async function race(kind: TargetKind, variant: () => readonly Break[], { withUniqueFeed = true } = {}): Promise<Pick<Caught, 'violations' | 'differences' | 'refused'>> {
  const target = await makeTarget(kind)
  if (!withUniqueFeed) await dropFeedIndex(target.at, kind)
  const breaks = [variant(), variant()]
  const dbs = await Promise.all(breaks.map(async list => combined(list).db(await openTarget(target, { around: combined(list).client }))))
  const [a, b] = dbs.map(db => localCalls(db))
  if (!a || !b) throw new Error('two instances were opened')
  const { id: run } = await a.desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(60), pay: { minor: 5, currency: 'USD' } })
  const refused: string[] = []
  for (let round = 0; round < 15; round += 1) {
    const links = await Promise.all([a, b].map((calls, which) => calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker: `worker ${String(round)} ${String(which)}` })))
    await Promise.all([a, b].map(async (calls, which) => {
      await calls.page('register', { provider: 'inhouse', credential: links[which]?.credential }).catch((error: unknown) => refused.push(`${sentError(error).code}:`))
    }))
  }
  for (const one of breaks.flat()) expect(one.uses()).toBeGreaterThan(0)
  const violations = await check(target)
  await Promise.all(dbs.map(db => db.close()))
  await target.drop()
  return { violations, differences: [], refused }
}

async function dropFeedIndex(at: string, kind: TargetKind): Promise<void> {
  const target = { kind, at }
  await onTarget(target, async query => {
    const [index] = kind === 'mysql' ? await query("SHOW INDEX FROM mephisto_event WHERE Column_name = 'feed'")
      : await query("SELECT indexname AS \"Key_name\" FROM pg_indexes WHERE schemaname = 'mephisto' AND tablename = 'mephisto_event' AND indexdef LIKE '%feed%'")
    const name = String(index?.['Key_name'])
    await query(kind === 'mysql' ? `DROP INDEX \`${name}\` ON ${tableOf(target, 'event')}` : `DROP INDEX mephisto."${name}"`)
  })
}

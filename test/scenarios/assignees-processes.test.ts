import { fork, type ChildProcess } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { implement, splitAmong, verifyRun } from '../../sdk/index.js'
import { TEST_PRINCIPAL } from '../../sdk/testing/index.js'
import { programOf } from '../program-of.js'
import { sentiment, sentimentRun } from '../sentiment.js'
import { processInstance } from './process-instance.js'
import { openTarget } from './promise-open.js'
import { check, makeTarget, onTarget, shortenLeases, tableOf, targetKinds, type OwnTarget } from './promise-target.js'

const PROGRAM = await programOf(new URL('assignee-process.ts', import.meta.url))

// People in several processes, some of them in two at once, claim at the same time; one process is killed and comes again. Nobody ever
// gets an item that is not for them, and every item is done.

const NAMES = ['ann', 'ben', 'cem', 'dan', 'eva', 'fay']
const ITEMS = 48
const UNITS_PER_ITEM = 2

const children = new Set<ChildProcess>()
afterEach(() => { for (const child of children) child.kill('SIGKILL') })

interface Crew { readonly target: OwnTarget; readonly runId: string; readonly names: readonly string[]; readonly chooses: boolean }

function startCrew({ target: { kind, at }, ...crew }: Crew, errors: string[]): { readonly child: ChildProcess; readonly ended: Promise<unknown> } {
  const child = fork(PROGRAM, [JSON.stringify({ ...crew, target: { kind, at } })], { execArgv: [] })
  children.add(child)
  child.on('message', message => { errors.push((message as { error: string }).error) })
  const ended = new Promise(resolve => child.once('exit', (code, signal) => {
    children.delete(child)
    resolve(signal ?? code)
  }))
  return { child, ended }
}

describe.each(await targetKinds())('items for particular people on %s', kind => {
  test.each([['the SDK alone', false], ['the blueprint as well', true]])('are done by them alone, in several processes, chosen by %s', async (_, chooses) => {
    const target = await makeTarget(kind)
    const db = await openTarget(target)
    const mephisto = processInstance(db, implement(sentiment))
    try {
      const { id: runId } = await mephisto.operator.launch(sentiment, { ...sentimentRun(ITEMS), unitsPerAssignment: UNITS_PER_ITEM, leaseMs: 5_000, pay: { minor: 5, currency: 'USD' }, assignees: splitAmong(NAMES, { each: 3 }) })
      await shortenLeases(target, runId, 1_000)
      const errors: string[] = []
      const crew = (...names: readonly string[]) => startCrew({ target, runId, names, chooses }, errors)
      const [one, two, three] = [crew('ann', 'ben', 'cem', 'dan'), crew('cem', 'dan', 'eva'), crew('fay', 'ann')]
      setTimeout(() => { three.child.kill('SIGKILL') }, 3_000)
      const again = three.ended.then(() => crew('fay', 'ann').ended)
      let reassigned = 0
      const over = { is: false }
      const desk = (async () => {
        while (!over.is) {
          // Two of an item's three people gave it back: it is for everybody then.
          for (const assignment of (await mephisto.operator.progress(runId)).stranded?.assignments ?? []) {
            await mephisto.people.reassign(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), assignment, workers: NAMES })
            reassigned += 1
          }
          await new Promise(resolve => setTimeout(resolve, 300))
        }
      })()
      expect([await one.ended, await two.ended, await again]).toEqual([0, 0, 0])
      over.is = true
      await desk
      expect(errors).toEqual([])
      expect((await mephisto.operator.progress(runId))).toMatchObject({ run: { status: 'completed', unitsAnswered: ITEMS * UNITS_PER_ITEM }, stranded: { units: 0 } })
      // Whom an item is for was only ever added to.
      const strangers = await onTarget(target, query => query(`SELECT a.id FROM ${tableOf(target, 'agent')} a WHERE NOT EXISTS (SELECT 1 FROM ${tableOf(target, 'assignee')} x WHERE x.assignment_id = a.assignment_id AND x.worker_id = a.worker_id)`))
      expect(strangers).toEqual([])
      expect(reassigned).toBeLessThan(ITEMS)
      expect((await verifyRun(db, runId)).difference).toBeNull()
      expect(await check(target, { settledAt: await db.now() })).toEqual([])
    } finally {
      await mephisto.close()
      await db.close()
      await target.drop()
    }
  }, 180_000)
})

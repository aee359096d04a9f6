import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { EventBus } from '../ports/event-bus.js'

/** A test runner's `test`, and how to open a bus: each time another connection to the same one. */
export interface EventBusContractOptions {
  test(name: string, body: () => Promise<void>): void
  open(): Promise<EventBus>
}

/** How long a bus may take to wake, ms. */
const SOON_MS = 5_000

/** What every event bus does: wakes all who listen, in other processes too, and nobody who has stopped. */
export function eventBusContract({ test, open }: EventBusContractOptions): void {
  const withBuses = (name: string, body: (here: EventBus, there: EventBus) => Promise<void>): void => {
    test(name, async () => {
      const buses = [await open(), await open()] as const
      try {
        await body(...buses)
      } finally {
        for (const bus of buses) await bus.close()
      }
    })
  }

  withBuses('wakes all who listen with what was published elsewhere', async (here, there) => {
    assert.equal(here.specVersion, 1)
    const [first, second] = [await hearing(here), await hearing(here)]
    const [one, two] = [v7(), v7()]
    await there.publish([one, two])
    await there.publish([])
    for (const { heard } of [first, second]) await until(() => heard.has(one) && heard.has(two))
    await second.stop()
    const three = v7()
    await there.publish([three])
    await until(() => first.heard.has(three))
    assert.equal(second.heard.has(three), false)
  })

  withBuses('wakes with many at once, and from several at the same time', async (here, there) => {
    const { heard } = await hearing(here)
    const topics = Array.from({ length: 3_000 }, () => v7())
    await Promise.all([there.publish(topics.slice(0, 2_000)), here.publish(topics.slice(2_000, 2_500)), there.publish(topics.slice(2_500))])
    await until(() => topics.every(topic => heard.has(topic)))
  })

  withBuses('takes any text for a topic', async (here, there) => {
    const { heard } = await hearing(here)
    const odd = ['ü 😀', `it's "quoted" \\ {}`, 'x'.repeat(64), v7()]
    await there.publish(odd)
    await until(() => odd.every(topic => heard.has(topic)))
  })

  withBuses('carries texts of up to 7,000 bytes as JSON, among short ones', async (here, there) => {
    const { heard } = await hearing(here)
    const long = [`{"quoted":"${'"'.repeat(3_400)}"}`, `${v7()} ${'\u732b'.repeat(2_300)}`, 'x'.repeat(6_998)]
    assert.ok(long.every(text => Buffer.byteLength(JSON.stringify(text)) <= 7_000))
    await there.publish([v7(), ...long, v7()])
    await until(() => long.every(text => heard.has(text)))
  })

  withBuses('says nothing any more once it is closed, twice if need be', async (here, there) => {
    const { heard } = await hearing(here)
    await here.close()
    await here.close()
    await there.publish([v7()])
    await assert.rejects(here.publish([v7()]))
    assert.equal(heard.size, 0)
  })
}

async function hearing(bus: EventBus): Promise<{ heard: ReadonlySet<string>; stop(): Promise<void> }> {
  const heard = new Set<string>()
  const stop = await bus.listen(topics => { for (const topic of topics ?? []) heard.add(topic) })
  return { heard, stop }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + SOON_MS; !isSo();) {
    assert.ok(performance.now() < end, `nothing was heard within ${String(SOON_MS)} ms`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

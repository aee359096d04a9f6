import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mockBlueprint, mockData } from '../mock-blueprint.js'
import { mockLiveBlueprint } from '../mock-live.js'
import { fileLink, named, post, registered, soon } from './host-calls.js'
import type { Stage } from './host-stage.js'

/** More than what a kernel keeps of a download that nobody reads, bytes. */
const LARGE_BYTES = 12_000_000

/** What becomes of requests that are under way when a host is told to stop. */
export function endingCases(served: (name: string, body: (stage: Stage) => Promise<void>) => void): void {
  served('when it stops, what is streamed and what waits ends at once, and a download is given whole', async ({ origin, mephisto, stop }) => {
    const [run, talk] = [
      await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(1) }),
      await mephisto.operator.launch(mockLiveBlueprint, { ...named, task: 'host contract, live', data: mockData(1) }),
    ]
    const content = randomBytes(LARGE_BYTES)
    const download = await fetch(await fileLink({ origin, mephisto }, { run: run.id, content }))
    const authorization = `Bearer ${await registered({ origin, mephisto }, talk.id)}`
    const stream = await fetch(`${origin}/mephisto/trpc/agent.packets?input=${encodeURIComponent('{"after":0}')}`, { headers: { accept: 'text/event-stream', authorization } })
    const waiting = post(`${origin}/mephisto/trpc/agent.read`, { after: 1_000, waitMs: 20_000 }, { authorization })
    await new Promise(resolve => { setTimeout(resolve, 200) })
    const stopped = stop()
    await soon('the stream did not end', async () => { await stream.text() })
    await soon('who waits was not answered', async () => { assert.equal((await waiting).status, 200) })
    await soon('the download was not given', async () => { assert.ok(Buffer.from(await download.arrayBuffer()).equals(content), 'the download was cut off') })
    await soon('it did not end', () => stopped)
    await assert.rejects(fetch(`${origin}/mephisto/health`))
  })
}

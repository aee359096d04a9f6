import { createMephisto, defineFeed, implement, acceptedAnswers } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { draft, verify } from '../chain.js'
import { openTarget, type Target } from './promise-open.js'

// A process of its own: a started instance on a shared database, which feeds its runs until it is killed or told to stop. Its
// feed of topics is slow, so that it is often killed while it reads.
const target = JSON.parse(process.argv[2] ?? '{}') as Target
const topics = defineFeed(draft, {
  async *read({ after, signal }) {
    for (let number = Number(after ?? 0) + 1; !signal.aborted; number += 1) {
      await new Promise(resolve => setTimeout(resolve, 2))
      yield { row: { topic: `topic ${String(number)}` }, cursor: number }
    }
  },
})
const db = await openTarget(target)
const mephisto = createMephisto({
  db, providers: [inhouse()], secret: 'a secret for tests that is long enough', authorize: () => null,
  blueprints: [implement(draft, { feeds: { topics } }), implement(verify, { feeds: { drafts: acceptedAnswers(draft, ({ answer }) => ({ text: answer.text })) } })],
  architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
})
const stop = mephisto.start({ everyMs: 100 })
process.once('message', () => {
  void stop().then(() => db.close()).then(() => { process.disconnect() })
})
// It does not outlive the test that started it.
process.on('disconnect', () => process.exit(0))
process.send?.('started')

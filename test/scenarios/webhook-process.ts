import { embeddedDb } from '../../prisma/embedded.js'
import { createMephisto, implement } from '../../sdk/index.js'
import { systemNetwork } from '../../sdk/ports/system-network.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { sentiment } from '../sentiment.js'

// A process of its own: an instance on a shared database file that delivers to webhooks. It is killed right after the reply to
// its `dies`th delivery, before anything is recorded of it, unless that is 0. Its clock is ahead by `aheadMs`.
const [file = '', host = '', dies = '0', aheadMs = '0'] = process.argv.slice(2)
const db = await embeddedDb({ file, busyMs: 20_000, now: () => Date.now() + Number(aheadMs) })
let replies = 0
const mephisto = createMephisto({
  db, providers: [inhouse()], blueprints: [implement(sentiment)], secret: 'a secret for tests that is long enough', authorize: () => null,
  architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  webhooks: {
    allowPrivate: [host], timeoutMs: 500,
    network: {
      async post(request) {
        const reply = await systemNetwork.post(request)
        if ((replies += 1) === Number(dies)) process.kill(process.pid, 'SIGKILL')
        return reply
      },
    },
  },
})
const stop = mephisto.start({ everyMs: 50 })
process.once('message', () => {
  void stop().then(() => db.close()).then(() => { process.disconnect() })
})
process.send?.('started')

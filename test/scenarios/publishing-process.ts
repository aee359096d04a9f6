import { createMephisto, implement } from '../../sdk/index.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'
import { mock } from '../../sdk/providers/mock.js'
import { crowdAt } from '../mock-crowd-server.js'
import { sentiment } from '../sentiment.js'
import { openTarget, type Target } from './promise-open.js'

/** How a process is set up that calls the mock crowd. */
export interface PublishingProcess {
  readonly target: Target
  readonly crowd: string
}

// A process of its own: a started instance on a shared database, killed by a reply of the crowd before anything is recorded of it.
// A message moves its clock ahead, so that the leases of one that was killed are over.
const { target, crowd } = JSON.parse(process.argv[2] ?? '') as PublishingProcess
let aheadMs = 0
const db = await openTarget(target, { now: () => Date.now() + aheadMs })
const mephisto = createMephisto({
  db, providers: [mock({ crowd: crowdAt(crowd) })], blueprints: [implement(sentiment)], secret: 'a secret for tests that is long enough', authorize: () => null, runtime: { logger: silentLogger },
  architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
})
mephisto.start({ everyMs: 50 })
process.on('message', message => { aheadMs = Number(message) })
process.on('disconnect', () => process.exit(0))
process.send?.('started')

import { beforeAll, describe, expect, test } from 'vitest'
import { nextArchitect } from '../../adapters/next.js'
import { hostContract } from '../../sdk/testing/index.js'
import { BUILD_MS, buildNextApp, NEXTS, type NextApp } from './next-apps.js'

// The contract of hosts on Next, built and started for real, with the package from its tarball.

describe.each(NEXTS)('%s', (_, folder) => {
  let app: NextApp
  beforeAll(async () => {
    app = await buildNextApp(folder, one => { one.bring('next-host', '.') })
    return app.remove
  }, BUILD_MS)

  hostContract({ test, async open({ create, folder: kept }) {
    const server = await app.start(origin => ({ ORIGIN: origin, FOLDER: kept }))
    create(nextArchitect({ baseUrl: `${server.origin}/mephisto/`, taskUrl: '/work' }))
    return { origin: server.origin, async close() {
      await server.stop()
      expect(server.printed()).not.toMatch(/error|warn/i)
    } }
  } })
})

// Without a Next there is nothing to build: .ci/run installs both, and without them `next-apps.ts` fails there.
if (NEXTS.length === 0) test.skip('MEPHISTO_NEXT names no folder with a Next')

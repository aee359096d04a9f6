import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { linkPackages, NEEDS } from './installed-packages.js'
import { ROOT } from './run-tool.js'
import { makeScratchApp, type ScratchApp } from './scratch-app.js'

/** What a consumer has: what the package brings with it, its peers, and the types of those. */
const PACKAGES = [...new Set([...NEEDS.always, ...NEEDS.optional, ...NEEDS.peers, 'react-dom', '@types/node', '@types/react', '@types/express'])]

/** What the reader's own app brings to the README's code. */
const YOUR_APP = `import { createMephisto, implement, type Mephisto, type MephistoDb, type Principal } from 'mephisto-sdk'
import { expressArchitect } from 'mephisto-sdk/express'
import { inhouse } from 'mephisto-sdk/inhouse'
import { sentiment } from './task.js'
export const currentUser = (request: Request): Principal | null => (request.headers.has('x') ? { id: 'a', name: 'A', roles: ['reviewer'] } : null)
export const rows = [{ text: 'good' }]
export const secret: string = 'at least thirty-two characters of it'
export const askYourModel = (text: string, signal: AbortSignal): Promise<string> => (signal.aborted ? Promise.reject(new Error('late')) : Promise.resolve(text))
export const metricsToken: string = 'another text of thirty-two characters'
export const makeMephisto = (db: MephistoDb): Mephisto => createMephisto({
  db, secret, authorize: currentUser, providers: [inhouse()], blueprints: [implement(sentiment)],
  architect: expressArchitect({ baseUrl: 'http://127.0.0.1/mephisto/', taskUrl: '/work' }),
})
`

/** Makes an app of the files in `consumer`, with the README's code in `readme`, each file named by its first line: what the README shows must compile. */
export async function makeConsumer(): Promise<ScratchApp> {
  const app = await makeScratchApp()
  app.bring('consumer', '.')
  const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```tsx?\n\/\/ (\S+)\n([^]*?)```/g)]
  for (const [, name = '', code = ''] of blocks) app.write(`readme/${name}`, code)
  expect(blocks.map(([, name]) => name)).toEqual([
    'server.ts', 'next-instance.ts', 'task.ts', 'launch-file.ts', 'task-page.tsx', 'review-page.tsx', 'console-page.tsx', 'labels.ts', 'form-page.tsx', 'html-task.ts', 'photos.ts', 'photo-page.tsx', 'drafting.ts', 'drafting-server.ts', 'drafting-page.tsx', 'tea-talk.ts', 'tea-talk-server.ts', 'tea-talk-page.tsx', 'counting.ts', 'remarks-page.tsx', 'chain.ts',
    'change-a-run.ts', 'tweets.run.ts',
    'who-may-work.ts', 'split-work.ts', 'leave-no-trace.ts', 'checked-run.ts',
    'tell-others.ts', 'read-data.ts', 'write-a-file.ts', 'telemetry.ts',
    'databases.ts', 'with-prisma.ts', 'task.test.ts', 'faults.test.ts',
  ])
  app.write('readme/your-app.ts', YOUR_APP)
  linkPackages(app.folder, PACKAGES)
  return app
}

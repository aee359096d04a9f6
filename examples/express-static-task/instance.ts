import { createMephisto, implement, usd, type Mephisto, type TaskRun } from 'mephisto-sdk'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { expressArchitect, type ExpressArchitect } from 'mephisto-sdk/express'
import { inhouse } from 'mephisto-sdk/inhouse'
import type { DataFolder } from './data-folder.js'
import type { Login } from './login.js'
import { sentenceKind } from './task.js'

const TASK = 'sotu-sentences'
const SENTENCES = 200

/** The SDK as this host uses it, with the run that people are invited to. */
export interface Instance {
  readonly mephisto: Mephisto<ExpressArchitect>
  readonly run: TaskRun
  /** Stops what runs in the background and closes the database. */
  close(): Promise<void>
}

/** What the instance is made of. */
export interface InstanceParts {
  /** Where the server is reached: `http://127.0.0.1:3000`. */
  readonly origin: string
  readonly folder: DataFolder
  readonly login: Login
}

/** Opens the database, makes the instance, and goes on with the open run or launches the first one. */
export async function openInstance({ origin, folder, login }: InstanceParts): Promise<Instance> {
  const db = await embeddedDb({ file: folder.databaseFile })
  try {
    const mephisto = createMephisto({
      db,
      architect: expressArchitect({ baseUrl: `${origin}/mephisto/`, taskUrl: `${origin}/work` }),
      providers: [inhouse()],
      blueprints: [implement(sentenceKind)],
      secret: folder.secret,
      authorize: request => login.principalOf(request),
      console: { loginHref: '/login' },
    })
    const run = await openRun(mephisto) ?? await launchRun(mephisto)
    const stop = mephisto.start()
    return {
      mephisto, run,
      close: async () => {
        await stop()
        await mephisto.close()
        await db.close()
      },
    }
  } catch (error) {
    await db.close()
    throw error
  }
}

async function openRun({ operator }: Mephisto): Promise<TaskRun | undefined> {
  const [run] = await operator.runs({ taskName: TASK, statuses: ['running', 'paused'], limit: 1 })
  return run
}

async function launchRun({ operator }: Mephisto): Promise<TaskRun> {
  // The speeches take a moment to load and are needed for a launch only.
  const { loadSentences } = await import('./sentences.js')
  return operator.launch(sentenceKind, {
    task: TASK,
    requester: 'civic-text-lab',
    provider: 'inhouse',
    data: await loadSentences({ count: SENTENCES }),
    unitsPerAssignment: 3,
    pay: usd('0.05'),
    budget: usd('30.00'),
    leaseMs: 10 * 60_000,
    title: 'What kind of sentence is this?',
    description: 'You read one sentence from a State of the Union address and say whether it is a promise, a fact or an opinion.',
  })
}

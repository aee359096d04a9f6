import express from 'express'
import { createMephisto, implement, isMephistoError, usd, type MephistoDb } from 'mephisto-sdk'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { expressArchitect } from 'mephisto-sdk/express'
import { htmlBlueprint } from 'mephisto-sdk/html'
import { inhouse } from 'mephisto-sdk/inhouse'
import { sentiment } from './task.js'

/** A task whose page is HTML. */
export const tweetForm = htmlBlueprint({ type: 'tweet-form', page: '<form>${text} <input type=checkbox name=funny></form>' })

export function makeInstance(db: MephistoDb) {
  return createMephisto({
    db,
    architect: expressArchitect({ baseUrl: 'http://127.0.0.1:3000/mephisto/', taskUrl: '/work' }),
    providers: [inhouse()],
    blueprints: [implement(sentiment), tweetForm],
    secret: 'a secret of at least thirty-two characters',
    authorize: request => (request.headers.has('x-team') ? { id: 'ann', name: 'Ann', roles: ['operator'] } : null),
  })
}

export async function startServer(file: string) {
  const mephisto = makeInstance(await embeddedDb({ file }))
  const app = express()
  app.use('/mephisto', mephisto.architect.middleware(mephisto))
  const run = await mephisto.operator.launch(sentiment, {
    task: 'tweets', requester: 'lab', provider: 'inhouse',
    data: [{ text: 'good', language: 'en' }, { text: 'language has a default' }],
    unitsPerAssignment: 3, pay: usd('0.12'), budget: usd('400.00'),
  })
  const link = await mephisto.invite({ run: run.id, worker: 'ann' })
  const stop = mephisto.start()
  return { mephisto, run, link, stop, listen: () => app.listen(0), progress: () => mephisto.operator.progress(run.id) }
}

export const codeOf = (error: unknown) => (isMephistoError(error) ? error.code : null)

// An instance of the installed package as an app makes it, on a database that the app opened.
import { createMephisto, implement } from 'mephisto-sdk'
import { defineBlueprint } from 'mephisto-sdk/blueprint'
import { expressArchitect } from 'mephisto-sdk/express'
import { inhouse } from 'mephisto-sdk/inhouse'
import * as z from 'zod'

export const sentiment = defineBlueprint({
  type: 'sentiment',
  input: z.object({ text: z.string() }),
  output: z.object({ label: z.enum(['positive', 'negative']) }),
})

/** @param {import('mephisto-sdk').MephistoDb} db */
export function makeInstance(db) {
  return createMephisto({
    db,
    architect: expressArchitect({ baseUrl: 'http://127.0.0.1/mephisto/', taskUrl: '/work' }),
    providers: [inhouse()],
    blueprints: [implement(sentiment)],
    secret: 'a secret of at least thirty-two characters',
    authorize: () => null,
  })
}

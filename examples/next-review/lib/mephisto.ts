import { randomBytes } from 'node:crypto'
import { createMephisto, implement } from 'mephisto-sdk'
import { inhouse } from 'mephisto-sdk/inhouse'
import { nextArchitect, perProcess } from 'mephisto-sdk/next'
import { prismaDb } from 'mephisto-sdk/prisma'
import { database } from './database'
import { COOKIE, memberOf } from './login'
import { ORIGIN } from './origin'
import { shelving } from './shelving'

export const architect = nextArchitect({ baseUrl: `${ORIGIN}/mephisto/`, taskUrl: '/work' })

/** The instance, on the app's own client and login. */
export const mephisto = perProcess('mephisto', async () => createMephisto({
  architect, db: prismaDb(await database()), providers: [inhouse()], blueprints: [implement(shelving)],
  // Signs links. Without one of its own they are made anew at every start; an app of yours keeps its secret, the same on every process.
  secret: process.env['MEPHISTO_SECRET'] ?? randomBytes(32).toString('hex'),
  async authorize(request) {
    const token = new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(request.headers.get('cookie') ?? '')?.[1]
    const member = await memberOf(token)
    return member === null ? null : { id: `member:${String(member.id)}`, name: member.name, roles: member.isKeeper ? ['operator', 'reviewer'] : [] }
  },
}))

/** The run in which everything that was given is sorted. */
export const sorting = perProcess('sorting', async () => {
  const { operator } = await mephisto()
  const [open] = await operator.runs({ taskName: 'sorting', limit: 1 })
  if (open !== undefined) return open
  const things = await (await database()).thing.findMany()
  return operator.launch(shelving, {
    task: 'sorting', requester: 'shed', provider: 'inhouse', data: things.map(({ id, name, about }) => ({ thingId: id, name, about })),
    title: 'Where does it belong?', description: 'You see a thing that was given to the shed, and choose the shelf where people would look for it.',
  })
})

/** On which shelves things belong, as far as a keeper has accepted it. */
export async function acceptedShelves(): Promise<ReadonlyMap<number, string>> {
  const shelves = new Map<number, string>()
  const [instance, { id: run }] = [await mephisto(), await sorting()]
  for await (const { status, input, answer } of instance.exportRows(shelving, { run })) if (status === 'accepted') shelves.set(input.thingId, answer.shelf)
  return shelves
}

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Principal } from '../../sdk/index.js'
import { essay, openStage } from '../privacy-stage.js'
import { runCommand } from '../run-command.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'

let target: OwnTarget
beforeEach(async () => {
  target = await makeTarget('sqlite')
  const stage = await openStage(target)
  const run = await stage.launch()
  for (const name of ['ann', 'ben']) await (await stage.worker(name).accept(essay, run)).submit({ text: `by ${name}` })
  await stage.worker('ben').accept(essay, run)
  await stage.close()
})
afterEach(() => target.drop())

const mephisto = (...words: string[]) => runCommand(...words, '--db', target.at)

test('people are pseudonymised and erased on the command line', async () => {
  expect((await mephisto('privacy', 'pseudonymise', 'ann')).out).toMatch(/^Worker [0-9a-f-]{36} \(w-[a-z0-9]{12}\) is called anonymous:[0-9a-f-]{36} now\.\n$/)
  expect(await mephisto('privacy', 'erase', 'ann')).toMatchObject({ code: 1, err: expect.stringContaining('no worker "ann"') as string })
  const words = ['privacy', 'erase', 'ben', '--request-id', 'from-a-script-1', '--json']
  expect(await mephisto(...words)).toMatchObject({ code: 1, err: expect.stringContaining('under way') as string })
  const erased = await mephisto(...words, '--force')
  expect(JSON.parse(erased.out)).toMatchObject({ answers: 1, worker: { externalId: expect.stringMatching(/^erased:/) as string } })
  expect(await mephisto(...words, '--force')).toEqual(erased)
  expect((await mephisto('workers')).out).not.toMatch(/ann|ben/)
})

test('their id in the login goes as well when it is said', async () => {
  const request = { requestId: crypto.randomUUID(), name: 'english' }
  const stage = await openStage(target)
  await stage.mephisto.people.makeQualification({ id: 'ann@lab', name: 'Ann', roles: ['operator'] }, request)
  expect((await mephisto('privacy', 'erase', 'ann', '--principal', 'ann@lab')).code).toBe(0)
  expect((await stage.db.audit.get(request.requestId))?.actorId).toMatch(/^erased:/)
  await stage.close()
})

test('only an operator may do so', async () => {
  const stage = await openStage(target)
  const request = { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'ann' } }
  for (const role of ['viewer', 'reviewer'] as const) {
    const somebody: Principal = { id: role, name: role, roles: [role] }
    await expect(stage.mephisto.caller(somebody).privacy.erase(request)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(stage.mephisto.caller(somebody).privacy.pseudonymise(request)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
  await expect(stage.mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] }).privacy.erase({ ...request, person: { workerId: '' } })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect((await stage.mephisto.people.worker(request.person)).work.answered).toBe(1)
  await stage.close()
})

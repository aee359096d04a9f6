import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isMephistoError, verifyRun, type TaskRun } from '../../sdk/index.js'
import { dump } from '../../sdk/operations/transfer/dump.js'
import { EXPORT_FORMATS } from '../../sdk/review/exports/export-content.js'
import { exportFile, type ExportFileOptions } from '../../sdk/review/exports/export-file.js'
import { everyText, type StoredText } from '../every-text.js'
import { ALL_OF_PIA, enqueueBonus, essay, NAME, named, OLGA, openStage, PIA, plant, PLANTED, requestId, RITA, type PrivacyStage } from '../privacy-stage.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

// On every database that is there: what is taken away is looked for in every text of every table, and in every export.

const ERASED = '{"erased":true}'

/** An export as a reader of its format has it. */
async function exportedText({ db }: PrivacyStage, options: ExportFileOptions): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of exportFile(db, options)) pieces.push(Buffer.from(piece))
  const content = Buffer.concat(pieces)
  if (options.format !== 'parquet') return content.toString('utf8')
  const file = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength)
  return JSON.stringify(await parquetReadObjects({ file }), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}

describe.each(await targetKinds())('on %s', kind => {
  let target: OwnTarget
  let stage: PrivacyStage
  beforeEach(async () => {
    target = await makeTarget(kind)
    stage = await openStage(target)
  }, 60_000)
  afterEach(async () => {
    await stage.close()
    await target.drop()
  })

  const remains = async (word: string): Promise<readonly StoredText[]> => (await everyText(target)).filter(({ text }) => text.toLowerCase().includes(word.toLowerCase()))
  const exported = async (runs: readonly TaskRun[]): Promise<string> => {
    const texts: string[] = []
    for (const { id } of runs) for (const format of EXPORT_FORMATS) texts.push(await exportedText(stage, { run: id, format, includeSetAside: true }))
    return texts.join('\n')
  }
  const dumped = async (): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-privacy-'))
    await dump(stage.db, { file: join(folder, 'dump') })
    const text = readFileSync(join(folder, 'dump'), 'utf8')
    rmSync(folder, { recursive: true })
    return text
  }
  const expectSound = async (runs: readonly TaskRun[]): Promise<void> => {
    for (const { id } of runs) expect(await verifyRun(stage.db, id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
  }
  const sums = async (runs: readonly TaskRun[]): Promise<unknown> => Promise.all(runs.map(async ({ id }) => {
    const { run: { status, reservedMinor, owedMinor, unitsTotal, unitsAnswered }, units, setAside } = await stage.mephisto.operator.progress(id)
    return { status, reservedMinor, owedMinor, unitsTotal, unitsAnswered, units, setAside }
  }))

  test('erasing leaves no planted text in any column of any table, and in no export; what was done and earned stays', { timeout: 60_000 }, async () => {
    const { runs, unitIds } = await plant(stage)
    // What is planted stands wherever it can: a column that is missing here is one that the test says nothing about.
    expect([...new Set((await remains(PLANTED)).map(({ table, column }) => `${table.replace(/^.*mephisto_/, '')}.${column}`))].sort()).toEqual([
      'audit.actor_id', 'audit.body', 'block.actor_id', 'block.reason', 'decision.actor_id', 'decision.actor_name', 'decision.note', 'outbox.body', 'outbox.call_key', 'outbox.result',
      'qualification.description', 'qualification_event.actor_id', 'qualification_event.reason', 'remark.body', 'remark.shown', 'submission.answer', 'submission.client_id', 'submission.page_build', 'submission.reply',
      'webhook.actor_id', 'webhook.pause_reason', 'worker.external_id',
    ])
    expect(await exported(runs)).toContain('planted one')
    const before = await sums(runs)
    const { worker, answers } = await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), ...ALL_OF_PIA })
    expect(await remains(PLANTED)).toEqual([])
    expect(await remains(NAME)).toEqual([])
    expect((await exported(runs)).toLowerCase()).not.toContain(PLANTED)
    expect((await dumped()).toLowerCase()).not.toContain(PLANTED)
    expect(answers).toBe(8)
    expect(await sums(runs)).toEqual(before)
    await expectSound(runs)
    const page = await stage.mephisto.people.worker({ workerId: worker.id })
    expect(page).toMatchObject({ worker: { externalId: expect.stringMatching(/^erased:[0-9a-f-]{36}$/) as string, pseudonym: worker.pseudonym }, grants: [], blocks: [], work: { answered: 3, accepted: 2, rejected: 1, earned: [{ minor: 20, currency: 'USD' }] } })
    expect((await stage.db.units.get(unitIds[0] ?? ''))?.workerId).toBe(worker.id)
    // What is of others and does not name them stays as it was.
    const texts = (await everyText(target)).map(({ text }) => text)
    expect(texts.filter(text => text.includes('the text of ben'))).toHaveLength(1)
    expect(texts.filter(text => text.startsWith('writes like erased:'))).toHaveLength(1)
    expect((await stage.mephisto.people.worker(named('ben'))).grants).toMatchObject([{ value: 9 }])
    expect((await stage.db.grants.history({ filter: { workerId: worker.id }, limit: 100 })).rows.map(({ verb, reason }) => [verb, reason])).toEqual(expect.arrayContaining([['grant', ERASED], ['revoke', ERASED], ['revoke', null]]))
  })

  test('pseudonymising takes the name away everywhere, and leaves answers, grants and blocks', { timeout: 60_000 }, async () => {
    const { runs } = await plant(stage)
    const [before, answersBefore] = [await sums(runs), await exported(runs)]
    const { worker } = await stage.mephisto.privacy.pseudonymise(OLGA, { requestId: requestId(), ...ALL_OF_PIA })
    expect(worker.externalId).toMatch(/^anonymous:[0-9a-f-]{36}$/)
    expect(await remains(NAME)).toEqual([])
    expect(await remains(JSON.stringify(NAME).slice(1, -1))).toEqual([])
    expect(await remains(PIA.id)).toEqual([])
    const nameless = (text: string): string => [JSON.stringify(NAME).slice(1, -1), NAME, 'Planted Pia', PIA.id, worker.externalId].reduce((rest, name) => rest.replaceAll(name, 'somebody'), text)
    expect(nameless(await exported(runs))).toBe(nameless(answersBefore))
    expect(await sums(runs)).toEqual(before)
    await expectSound(runs)
    const page = await stage.mephisto.people.worker({ pseudonym: worker.pseudonym })
    expect(page).toMatchObject({ worker: { id: worker.id }, blocks: [{ scope: 'task' }], work: { answered: 3 } })
    expect(page.grants.map(grant => grant.qualification.name).sort()).toEqual(['english', 'essay-onboarding'])
    await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: { workerId: worker.id } })
    expect((await remains(PLANTED)).filter(({ text }) => !text.includes('planted-'))).toEqual([])
    await expectSound(runs)
  })

  test('a repeat gets the same reply; erasing again under another id is harmless; the audit row names nobody', { timeout: 60_000 }, async () => {
    const { runs } = await plant(stage)
    const { privacy } = stage.mephisto
    const request = { requestId: requestId(), ...ALL_OF_PIA }
    const reply = await privacy.erase(OLGA, request)
    expect(await privacy.erase(OLGA, request)).toEqual(reply)
    expect(await privacy.erase(OLGA, { requestId: requestId(), person: { pseudonym: reply.worker.pseudonym } })).toEqual(reply)
    expect(await privacy.pseudonymise(OLGA, { requestId: requestId(), person: { workerId: reply.worker.id } })).toEqual({ worker: reply.worker })
    await expect(privacy.erase(OLGA, { requestId: requestId(), ...ALL_OF_PIA })).rejects.toMatchObject({ code: 'not_found' })
    await expect(privacy.erase(OLGA, { ...request, force: true })).rejects.toMatchObject({ code: 'conflict' })
    await expect(privacy.pseudonymise(OLGA, request)).rejects.toMatchObject({ code: 'conflict' })
    await expect(privacy.erase(OLGA, { ...request, person: named('ben') })).rejects.toMatchObject({ code: 'conflict' })
    const row = await stage.db.audit.get(request.requestId)
    expect(row).toMatchObject({ actorId: 'olga', action: 'erase', subject: 'worker', subjectId: reply.worker.id })
    expect(JSON.parse(row?.body ?? '')).toEqual({ request: { requestId: request.requestId, worker: reply.worker.id, force: false, isPrincipal: true }, ...reply })
    await expectSound(runs)
  })

  test('whoever comes back is somebody new, at once and for every instance', { timeout: 60_000 }, async () => {
    const other = await openStage(target)
    const run = await stage.launch()
    await (await stage.worker(NAME).accept(essay, run)).submit({ text: 'planted' })
    await (await other.worker(NAME).accept(essay, run)).submit({ text: 'planted' })
    const before = (await stage.db.workers.find()).rows
    await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named(NAME) })
    await (await other.worker(NAME).accept(essay, run)).submit({ text: 'anew' })
    await (await stage.worker(NAME).accept(essay, run)).submit({ text: 'anew' })
    const workers = (await stage.db.workers.find()).rows
    expect(workers).toHaveLength(2)
    expect(workers.map(({ id }) => id)).toContain(before[0]?.id)
    expect((await other.mephisto.people.worker(named(NAME))).work).toMatchObject({ answered: 2 })
    const id = before[0]?.id ?? ''
    for (const name of [`erased:${id}`, `anonymous:${requestId()}`, ` Erased:${id.toUpperCase()}`]) await expect(other.worker(name).accept(essay, run)).rejects.toMatchObject({ code: 'invalid_input' })
    // A host's own ids may begin so: who has one works as everybody does, and can be erased as well.
    for (const name of ['erased:me', 'anonymous:me', 'Erased:7']) expect(await (await other.worker(name).accept(essay, run)).submit({ text: 'by a host who erases' })).toMatchObject({ outcome: 'completed' })
    for (const name of ['erased:me', 'anonymous:me']) {
      const { worker } = await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named(name) })
      expect(worker.externalId).toBe(`erased:${worker.id}`)
    }
    expect((await remains('by a host who erases'))).toHaveLength(1)
    await expectSound([run])
    await other.close()
  })

  test('work under way is in the way, unless it is forced: then it is given back, and what its page still sends is refused', { timeout: 60_000 }, async () => {
    const run = await stage.launch()
    const { privacy } = stage.mephisto
    const task = await stage.worker(NAME).accept(essay, run)
    for (const act of [privacy.erase, privacy.pseudonymise]) await expect(act(OLGA, { requestId: requestId(), person: named(NAME) })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(task.unitId) as string })
    expect((await stage.mephisto.people.workers({ externalId: NAME })).workers).toHaveLength(1)
    const forced = { requestId: requestId(), person: named(NAME), force: true }
    const reply = await privacy.erase(OLGA, forced)
    expect((await stage.db.units.get(task.unitId))).toMatchObject({ status: 'launched', workerId: null })
    await expect(task.submit({ text: 'planted after all' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await task.extend()).toMatchObject({ lease: null })
    expect(await task.giveBack()).toBe(false)
    expect(await remains(PLANTED)).toEqual([])
    expect(await privacy.erase(OLGA, forced)).toEqual(reply)
    expect(await privacy.erase(OLGA, { ...forced, person: { workerId: reply.worker.id } })).toEqual(reply)
    await expectSound([run])
  })

  test('a call that is still to be made and names them is in the way, unless it is forced: then it is made without the name', { timeout: 60_000 }, async () => {
    const run = await stage.launch()
    const { privacy, outbox } = stage.mephisto
    await (await stage.worker(NAME).accept(essay, run)).submit({ text: 'planted' })
    await enqueueBonus(stage.db, NAME)
    await stage.mephisto.people.block(OLGA, { requestId: requestId(), people: [named(NAME)], scope: 'run', scopeId: run.id, reason: 'rests' })
    const trails = async (): Promise<string[]> => [JSON.stringify(await stage.mephisto.audit.list({ limit: 100 })), JSON.stringify(await outbox.calls({ limit: 100 }))]
    for (const trail of await trails()) expect(trail).toContain('Neill-7Q')
    const [call] = (await outbox.calls({ topic: 'bonus' })).calls
    for (const act of [privacy.erase, privacy.pseudonymise]) await expect(act(OLGA, { requestId: requestId(), person: named(NAME) })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(call?.id ?? '?') as string })
    const { worker: { externalId } } = await privacy.erase(OLGA, { requestId: requestId(), person: named(NAME), force: true })
    expect(await remains(PLANTED)).toEqual([])
    for (const trail of await trails()) expect(trail).not.toContain('Neill-7Q')
    const [after] = (await outbox.calls({ topic: 'bonus' })).calls
    expect(after).toMatchObject({ id: call?.id, status: 'pending', callKey: `bonus/${externalId}` })
    expect(after?.body).toEqual({ participant: externalId, sums: { [externalId]: 5 }, message: `Thank you, ${externalId}!` })
    await stage.mephisto.operator.tick()
    expect((await outbox.calls({ topic: 'bonus' })).calls[0]?.status).toBe('done')
  })

  test('erased while they come in at another instance that remembers them, they never hold a unit again', { timeout: 60_000 }, async () => {
    const other = await openStage(target)
    const run = await stage.launch({ unitsPerAssignment: 1, data: Array.from({ length: 40 }, (_, index) => ({ topic: String(index) })) })
    const second = await stage.launch({ task: 'second', data: Array.from({ length: 20 }, (_, index) => ({ topic: String(index) })) })
    for (let round = 0; round < 4; round += 1) {
      const name = `Planted-${String(round)}`
      await (await other.worker(name).accept(essay, run)).submit({ text: 'planted' })
      const before = (await stage.mephisto.people.worker(named(name))).worker.id
      const [erased] = await Promise.allSettled([
        stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named(name), force: true }),
        (async () => { for (let n = 0; n < 6; n += 1) await other.worker(name).accept(essay, n % 2 === 0 ? run : second) })(),
      ])
      expect(erased.status).toBe('fulfilled')
      const anew = await other.worker(name).accept(essay, run)
      await anew.submit({ text: 'anew' })
      const now = (await stage.mephisto.people.worker(named(name))).worker.id
      expect(now).not.toBe(before)
      expect((await stage.db.agents.get(anew.agentId))?.workerId).toBe(now)
    }
    await expectSound([run, second])
    await other.close()
  })

  test('an act that names them while they are erased names who they were before, or nobody', { timeout: 60_000 }, async () => {
    const other = await openStage(target)
    const run = await stage.launch()
    await stage.mephisto.people.makeQualification(OLGA, { requestId: requestId(), name: 'english' })
    for (let round = 0; round < 4; round += 1) {
      const name = `Planted-${String(round)}`
      await (await stage.worker(name).accept(essay, run)).submit({ text: 'planted' })
      const { worker } = await stage.mephisto.people.worker(named(name))
      const [erased, ...others] = await Promise.allSettled([
        stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named(name) }),
        ...Array.from({ length: 4 }, async () => other.mephisto.people.grant(OLGA, { requestId: requestId(), qualification: 'english', people: [named(name)], value: 1, reason: 'planted: well done' })),
      ])
      expect(erased.status).toBe('fulfilled')
      for (const act of others) if (act.status === 'rejected') expect(isMephistoError(act.reason) && act.reason.code).toBe('conflict')
      // Whoever was named after that is somebody new; of who was erased there is nothing.
      expect((await stage.mephisto.people.worker({ workerId: worker.id })).grants).toEqual([])
      const anew = (await stage.mephisto.people.workers({ externalId: name })).workers
      for (const { id } of anew) await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: { workerId: id } })
      expect(await remains(name)).toEqual([])
    }
    await expectSound([run])
    await other.close()
  })

  test('pseudonymised by force, work under way goes on', { timeout: 60_000 }, async () => {
    const run = await stage.launch()
    const task = await stage.worker(NAME).accept(essay, run)
    const { worker } = await stage.mephisto.privacy.pseudonymise(OLGA, { requestId: requestId(), person: { unitId: task.unitId }, force: true })
    expect(await task.submit({ text: 'done' })).toMatchObject({ outcome: 'completed' })
    expect((await stage.mephisto.people.worker({ workerId: worker.id })).work).toMatchObject({ answered: 1 })
    await expectSound([run])
  })

  test('somebody may take their own name away: the trail does not name them, and a repeat is known', { timeout: 60_000 }, async () => {
    await plant(stage)
    const request = { requestId: requestId(), ...ALL_OF_PIA }
    const reply = await stage.mephisto.privacy.erase(PIA, request)
    expect(await remains(PLANTED)).toEqual([])
    expect(await stage.mephisto.privacy.erase(PIA, request)).toEqual(reply)
    expect((await stage.db.audit.get(request.requestId))?.actorId).toBe(reply.worker.externalId)
  })

  test('two instances that erase the same worker at once do it once, under one id or two', { timeout: 60_000 }, async () => {
    const other = await openStage(target)
    const { runs } = await plant(stage)
    const request = { requestId: requestId(), ...ALL_OF_PIA }
    const replies = await Promise.all([stage, other, stage, other].map(({ mephisto }) => mephisto.privacy.erase(OLGA, request)))
    for (const reply of replies) expect(reply).toEqual(replies[0])
    expect(await remains(PLANTED)).toEqual([])
    await expectSound(runs)
    const ben = (await stage.mephisto.people.worker(named('ben'))).worker.id
    const twice = await Promise.all([stage, other].map(({ mephisto }) => mephisto.privacy.erase(OLGA, { requestId: requestId(), person: { workerId: ben } })))
    expect(twice[0]).toEqual(twice[1])
    expect(await remains('the text of ben')).toEqual([])
    await expectSound(runs)
    await other.close()
  })

  test('erased while their page submits, no text of theirs stays, whichever comes first', { timeout: 60_000 }, async () => {
    const other = await openStage(target)
    const run = await stage.launch({ data: Array.from({ length: 30 }, (_, index) => ({ topic: String(index) })) })
    for (let round = 0; round < 8; round += 1) {
      const name = `Planted-${String(round)}`
      await (await stage.worker(name).accept(essay, run)).submit({ text: 'planted before' })
      const task = await stage.worker(name).accept(essay, run)
      const [submitted, erased] = await Promise.allSettled([
        (async () => { for (let n = 0; n < 4; n += 1) await task.submit({ text: `planted ${String(n)}` }) })(), other.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named(name), force: true }),
      ])
      expect(erased.status).toBe('fulfilled')
      if (submitted.status === 'rejected') expect(isMephistoError(submitted.reason) && submitted.reason.code).toBe('not_found')
      await expect(task.submit({ text: 'planted too late' })).rejects.toMatchObject({ code: 'not_found' })
      expect(await remains(PLANTED)).toEqual([])
    }
    await expectSound([run])
    await other.close()
  })

  test('reviewers can decide about erased work, and it is paid', { timeout: 60_000 }, async () => {
    const run = await stage.launch()
    const task = await stage.worker(NAME).accept(essay, run)
    await task.submit({ text: 'planted' })
    await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named(NAME) })
    await stage.mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: [task.unitId], verdict: 'approve' })
    expect((await stage.mephisto.operator.progress(run.id)).run).toMatchObject({ owedMinor: 10, reservedMinor: 0 })
    await expectSound([run])
  })
})

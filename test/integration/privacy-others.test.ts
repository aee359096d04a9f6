import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MephistoError, verifyRun, type Principal } from '../../sdk/index.js'
import { withFaults } from '../../sdk/testing/index.js'
import type { RawClient } from '../../prisma/raw-client.js'
import { everyText } from '../every-text.js'
import { ALL_OF_PIA, essay, NAME, named, OLGA, onboard, openStage, PIA, plant, PLANTED, requestId, type PrivacyStage } from '../privacy-stage.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

// Taking a name away on every database that is there: what is of others stays, whatever the clock says, and nothing is left behind.

/** The client, with something done when all was looked through and nothing is held yet, and when the name is gone. */
function aroundRename(client: RawClient, { before, after }: { readonly before?: () => Promise<void>; readonly after?: () => void }): RawClient {
  let [hasLooked, isDone] = [false, false]
  return {
    $executeRawUnsafe: (sql, ...values) => client.$executeRawUnsafe(sql, ...values),
    $queryRawUnsafe: (sql, ...values) => {
      hasLooked ||= /looked_at.*audit/s.test(sql)
      return client.$queryRawUnsafe(sql, ...values)
    },
    $transaction: async (work, options) => {
      const seen = { rename: false }
      if (hasLooked && !isDone) {
        isDone = true
        await before?.()
      }
      const result = await client.$transaction(tx => work({
        $queryRawUnsafe: (sql, ...values) => tx.$queryRawUnsafe(sql, ...values),
        $executeRawUnsafe: (sql, ...values) => {
          seen.rename ||= /SET external_id/.test(sql)
          return tx.$executeRawUnsafe(sql, ...values)
        },
      }), options)
      if (seen.rename) after?.()
      return result
    },
  }
}

describe.each(await targetKinds())('on %s', kind => {
  let target: OwnTarget
  const stages: PrivacyStage[] = []
  const open = async (options?: Parameters<typeof openStage>[1]): Promise<PrivacyStage> => {
    const stage = await openStage(target, options)
    stages.push(stage)
    return stage
  }
  beforeEach(async () => { target = await makeTarget(kind) }, 60_000)
  afterEach(async () => {
    for (const stage of stages.splice(0)) await stage.close()
    await target.drop()
  })
  const remains = async (word: string): Promise<readonly string[]> => (await everyText(target)).flatMap(({ table, column, text }) => (text.includes(word) ? [`${table}.${column}: ${text}`] : []))
  const erase = (stage: PrivacyStage, externalId: string, rest: object = {}) => stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named(externalId), ...rest })

  test('what was written about others at the same instant stays, also when an erasure is done again', { timeout: 60_000 }, async () => {
    const { mephisto: { people, privacy } } = await open({ now: () => Date.UTC(2026, 0, 1) })
    await people.makeQualification(OLGA, { requestId: requestId(), name: 'english' })
    const grant = (names: readonly string[], reason: string) => people.grant(OLGA, { requestId: requestId(), qualification: 'english', people: names.map(named), reason })
    await grant(['ann', 'ben'], 'cousins of the same house')
    await grant(['ben'], 'ben passed the test')
    await people.block(OLGA, { requestId: requestId(), people: [named('ann'), named('ben')], scope: 'everywhere', isSoft: true, reason: 'one address for both' })
    await people.block(OLGA, { requestId: requestId(), people: [named('cem')], scope: 'everywhere', isSoft: true, reason: 'cem was slow' })
    const { worker } = await privacy.erase(OLGA, { requestId: requestId(), person: named('ann') })
    await privacy.erase(OLGA, { requestId: requestId(), person: { workerId: worker.id } })
    for (const [words, times] of [['cousins of', 0], ['one address', 0], ['ben passed the test', 2], ['cem was slow', 2]] as const) expect(await remains(words), words).toHaveLength(times)
  })

  test('an operator who is called as a worker is stays who they are, unless it is said that they are the same', { timeout: 60_000 }, async () => {
    const stage = await open()
    const { people, privacy } = stage.mephisto
    const seven: Principal = { id: '7', name: 'Seven', roles: ['operator'] }
    await people.makeQualification(seven, { requestId: requestId(), name: 'english' })
    const request = { requestId: requestId(), qualification: 'english', people: [named('ben')], reason: 'well done' }
    const [granted, blocking] = [await people.grant(seven, request), { requestId: requestId(), people: [named('ben')], scope: 'everywhere' as const, reason: 'spam' }]
    const blocked = await people.block(seven, blocking)
    await people.grant(OLGA, { requestId: requestId(), qualification: 'english', people: [named('7')] })
    const forgetting = { requestId: requestId(), person: named('7') }
    const reply = await privacy.erase(seven, forgetting)
    expect(await privacy.erase(seven, forgetting)).toEqual(reply)
    expect(await people.grant(seven, request)).toEqual(granted)
    expect(await people.block(seven, blocking)).toEqual(blocked)
    expect((await stage.db.audit.get(forgetting.requestId))?.actorId).toBe('7')
    const own = { requestId: requestId(), person: { workerId: reply.worker.id }, principalId: '7' }
    expect(await privacy.erase(seven, own)).toEqual(reply)
    expect(await privacy.erase(seven, own)).toEqual(reply)
    for (const id of [own.requestId, request.requestId]) expect((await stage.db.audit.get(id))?.actorId).toBe(reply.worker.externalId)
    expect((await people.blocks({ person: named('ben') })).blocks).toMatchObject([{ by: reply.worker.externalId }])
  })

  test('whoever was let in under the same name by another provider stays let in, and its request can be repeated', { timeout: 60_000 }, async () => {
    const { db, launch, mephisto: { people, privacy } } = await open()
    const run = await launch({ workers: ['ben'] })
    const admission = { requestId: requestId(), run: run.id, workers: ['annabella'] }
    const admitted = await people.admit(OLGA, admission)
    await db.workers.ensure({ id: requestId(), provider: 'elsewhere', externalId: 'annabella', pseudonym: 'w-elsewhere', at: await db.now() })
    await privacy.erase(OLGA, { requestId: requestId(), person: { provider: 'elsewhere', externalId: 'annabella' } })
    expect(await people.admit(OLGA, admission)).toEqual(admitted)
    await privacy.erase(OLGA, { requestId: requestId(), person: named('annabella') })
    expect(await remains('annabella')).toEqual([])
  })

  test('an onboarding that nobody will check any more is not in the way, and goes with the one who is erased', { timeout: 60_000 }, async () => {
    const stage = await open({ validateOnboarding: () => Promise.reject(new Error('not now')) })
    const options = { onboarding: { qualification: 'essay-onboarding', input: { question: 'why?' } } }
    const [ended, going] = [await stage.launch({ task: 'ended', ...options }), await stage.launch({ task: 'going', ...options })]
    await onboard(stage.mephisto, ended, 'planted reasons')
    await stage.mephisto.operator.expire(ended.id)
    await stage.mephisto.privacy.pseudonymise(OLGA, { requestId: requestId(), person: named(NAME) })
    await onboard(stage.mephisto, going, 'planted reasons')
    await expect(erase(stage, NAME)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(going.id) as string })
    const { worker } = await erase(stage, NAME, { force: true })
    expect((await stage.db.agents.find({ filter: { workerId: worker.id } })).rows.map(({ status }) => status)).toEqual(['returned'])
    const [first] = (await stage.db.workers.find({ filter: { provider: 'inhouse' } })).rows
    expect((await stage.db.agents.find({ filter: { workerId: first?.id ?? '' } })).rows.map(({ status }) => status)).toEqual(['waiting'])
    await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: { workerId: first?.id ?? '' } })
    expect((await stage.db.agents.find({ filter: { workerId: first?.id ?? '' } })).rows.map(({ status }) => status)).toEqual(['returned'])
    for (const { id } of [ended, going]) expect(await verifyRun(stage.db, id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    expect(await remains(PLANTED)).toEqual([])
  })

  test('what is written meanwhile by a clock that is an hour behind loses the name too, also when the process is gone right after', { timeout: 60_000 }, async () => {
    await plant(await open())
    const behind = await open({ now: () => Date.now() - 3_600_000 })
    const before = async (): Promise<void> => {
      await behind.mephisto.people.block(PIA, { requestId: requestId(), people: [named('dan')], scope: 'everywhere', reason: `writes like ${NAME}` })
      await behind.mephisto.people.block(OLGA, { requestId: requestId(), people: [named(NAME), named('eva')], scope: 'everywhere', reason: 'planted: two who came together' })
    }
    const { worker } = (await (await open()).mephisto.people.worker(named(NAME)))
    let isGone = false
    const struck = await open({
      around: client => withFaults(aroundRename(client, { before, after: () => { isGone = true } }), () => {
        if (isGone) throw new MephistoError('unavailable', 'this process is gone (a fault of a test)')
        return null
      }),
    })
    const request = { requestId: requestId(), person: { workerId: worker.id }, principalId: PIA.id }
    await expect(struck.mephisto.privacy.pseudonymise(OLGA, request)).rejects.toMatchObject({ code: 'unavailable' })
    const next = await open()
    const reply = await next.mephisto.privacy.pseudonymise(OLGA, request)
    expect(await next.mephisto.privacy.pseudonymise(OLGA, request)).toEqual(reply)
    for (const name of [NAME, JSON.stringify(NAME).slice(1, -1), PIA.id]) expect(await remains(name)).toEqual([])
    expect(JSON.parse((await next.db.audit.get(request.requestId))?.body ?? '')).toEqual({ request: { requestId: request.requestId, worker: worker.id, force: false, isPrincipal: true }, ...reply })
  })

  test('what is written meanwhile by a clock that is behind is erased whole, of others of the same act too', { timeout: 60_000 }, async () => {
    await plant(await open())
    const behind = await open({ now: () => Date.now() - 3_600_000 })
    const before = async (): Promise<void> => {
      await behind.mephisto.people.grant(OLGA, { requestId: requestId(), qualification: 'english', people: [named(NAME), named('eva')], reason: 'planted: two who came together' })
    }
    const struck = await open({ around: client => aroundRename(client, { before }) })
    await struck.mephisto.privacy.erase(OLGA, { requestId: requestId(), ...ALL_OF_PIA })
    expect((await remains('two who came together'))).toEqual([])
    expect(await remains(PLANTED)).toEqual([])
    expect(await check(target)).toEqual([])
  })

  test('a launch lets people in within a transaction that holds them', { timeout: 60_000 }, async () => {
    const outside: string[] = []
    let admissions = 0
    const stage = await open({
      around: client => withFaults(client, ({ sql, isInTransaction }) => {
        if (!/INSERT[^(]*run_worker/.test(sql)) return null
        admissions += 1
        if (!isInTransaction) outside.push(sql)
        return null
      }),
    })
    const names = Array.from({ length: 501 }, (_, index) => `worker-${String(index)}`)
    const run = await stage.launch({ workers: [...names, 'worker-1'] })
    expect([admissions, outside]).toEqual([2, []])
    expect(await stage.worker('a stranger').refusal(run)).not.toBeNull()
    await (await stage.worker('worker-500').accept(essay, run)).submit({ text: 'done' })
  })
})

test('whoever has more grants than one statement reads loses them all', { timeout: 60_000 }, async () => {
  const target = await makeTarget('sqlite')
  const stage = await openStage(target)
  const { db } = stage
  const at = await db.now()
  const worker = await db.workers.ensure({ id: requestId(), provider: 'inhouse', externalId: 'ann', pseudonym: 'w-ann', at })
  await db.transaction(async tx => {
    for (let index = 0; index < 1_001; index += 1) {
      const qualificationId = requestId()
      await tx.qualifications.create({ id: qualificationId, name: `skill ${String(index)}`, at })
      await tx.grants.grant({ id: requestId(), qualificationId, workerId: worker.id, actorId: 'olga', at })
    }
  })
  await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named('ann') })
  expect((await db.grants.find({ filter: { workerId: worker.id } })).rows).toEqual([])
  await stage.close()
  await target.drop()
})

import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { isMephistoError } from '../errors.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import type { ProviderContext } from '../providers/provider-context.js'
import { publishingMethods } from '../providers/publishing-methods.js'
import type { OpenRun, ProviderCall, PublishingUnit } from '../providers/publishing.js'

/** What a provider's service shows its workers, as the service says. */
export interface ShownAtProvider {
  /** The run's or the unit's id. */
  readonly about: string
  /** Whether workers see it. */
  readonly isUp: boolean
  /** Places in a run; only for providers that count them. */
  readonly places?: number
}

/** A provider with the service that it calls. */
export interface ProviderUnderTest {
  readonly provider: CrowdProvider
  /** Everything that is or was ever shown there, what is there twice twice. Not asked for where nothing is published. */
  shown(): Promise<readonly ShownAtProvider[]>
  close(): Promise<void>
}

/** A test runner's `test`, and how to make the provider under test, each time with an empty service. */
export interface ProviderContractOptions {
  test(name: string, body: () => Promise<void>): void
  open(): Promise<ProviderUnderTest>
}

/** What every provider must do, for each capability that it has. Ours run it, and so can others. */
export function providerContract({ test, open }: ProviderContractOptions): void {
  const withProvider = (name: string, body: (under: ProviderUnderTest) => Promise<void>): void => {
    test(name, async () => {
      const under = await open()
      try {
        await body(under)
      } finally {
        await under.close()
      }
    })
  }

  withProvider('names itself, and has what belongs together', async ({ provider }) => {
    assert.equal(provider.specVersion, 1)
    assert.match(provider.type, /^[a-z][a-z0-9_-]{0,39}$/)
    assert.equal(provider.publishUnit === undefined, provider.withdrawUnit === undefined)
    assert.ok(provider.openRun !== undefined || (provider.closeRun === undefined && provider.setPlaces === undefined))
    assert.ok(provider.publishUnit === undefined || provider.setPlaces === undefined)
  })

  withProvider('lets nobody in by a credential that it did not make', async ({ provider }) => {
    for (const credential of ['', 'x', 'a.b.c', '{}']) {
      await assert.rejects(provider.identify(credential, contextOf()), (error: unknown) => isMephistoError(error) && (error.code === 'unauthenticated' || error.code === 'link_expired'))
    }
  })

  withProvider('lets in whom it invited, until the invitation ends, and where it was made alone', async ({ provider }) => {
    if (!provider.invite) return
    let now = Date.UTC(2026, 0, 1)
    const context = contextOf(() => now)
    const entry = { runId: v7(), externalId: 'ann ü 😀' }
    const { credential, expiresAt } = await provider.invite(entry, 60_000, context)
    assert.deepEqual(await provider.identify(credential, context), entry)
    await assert.rejects(provider.identify(credential, { ...context, key: new Uint8Array(32).fill(9) }), (error: unknown) => isMephistoError(error) && error.code === 'unauthenticated')
    now = expiresAt + 1_000
    await assert.rejects(provider.identify(credential, context), (error: unknown) => isMephistoError(error) && error.code === 'link_expired')
  })

  withProvider('opens a run once for a key, also for calls that come together, and each run by itself', async ({ provider, shown }) => {
    if (!provider.openRun) return
    const [run, other] = [runOf(), runOf()]
    const [first, second] = await Promise.all([provider.openRun(run, callOf('run.open', run.runId)), provider.openRun(run, callOf('run.open', run.runId))])
    assert.deepEqual(first, second)
    assert.deepEqual(await provider.openRun(run, callOf('run.open', run.runId)), first)
    assert.notDeepEqual(await provider.openRun(other, callOf('run.open', other.runId)), first)
    assert.deepEqual(upOf(await shown()), [other.runId, run.runId].sort())
  })

  withProvider('closes a run, again, and one that is not there; opens it again', async ({ provider, shown }) => {
    const { openRun, closeRun } = publishingMethods(provider)
    if (!openRun || !closeRun) return
    const run = runOf()
    const openKey = callOf('run.open', run.runId).key
    await closeRun({ ...run, openKey }, callOf('run.close', run.runId))
    const ref = await openRun(run, callOf('run.open', run.runId, 3))
    for (let times = 0; times < 2; times += 1) await closeRun({ ...run, ref, openKey: callOf('run.open', run.runId, 3).key }, callOf('run.close', run.runId, 4))
    assert.deepEqual(upOf(await shown()), [])
    const again = await openRun({ ...run, ref }, callOf('run.open', run.runId, 5))
    assert.deepEqual(upOf(await shown()), [run.runId])
    await closeRun({ ...run, ref: again, openKey: callOf('run.open', run.runId, 5).key }, callOf('run.close', run.runId, 6))
    assert.deepEqual(upOf(await shown()), [])
  })

  withProvider('has as many places in a run as were said last, said once or again, and in no other run', async under => {
    const { setPlaces } = publishingMethods(under.provider)
    if (!setPlaces) return
    const [run, other] = [await opened(under), await opened(under)]
    await setPlaces({ ...other, places: 2 }, callOf('run.places', other.runId, 2))
    await Promise.all([1, 2].map(() => setPlaces({ ...run, places: 3 }, callOf('run.places', run.runId, 2))))
    await setPlaces({ ...run, places: 5 }, callOf('run.places', run.runId, 3))
    await setPlaces({ ...run, places: 5 }, callOf('run.places', run.runId, 3))
    const placesOf = async ({ runId }: OpenRun): Promise<number | undefined> => (await under.shown()).find(({ about }) => about === runId)?.places
    assert.deepEqual([await placesOf(run), await placesOf(other)], [5, 2])
    // Fewer, for providers that can.
    await setPlaces({ ...run, places: 4 }, callOf('run.places', run.runId, 4))
    assert.ok([4, 5].includes(await placesOf(run) ?? 0))
  })

  withProvider('publishes a unit once for a key, also for calls that come together, and each unit by itself', async under => {
    const { publishUnit } = publishingMethods(under.provider)
    if (!publishUnit) return
    const run = await opened(under)
    const [unit, other] = [unitOf(run), unitOf(run)]
    const [first, second] = await Promise.all([publishUnit(unit, callOf('unit.publish', unit.unitId)), publishUnit(unit, callOf('unit.publish', unit.unitId))])
    assert.deepEqual(first, second)
    assert.deepEqual(await publishUnit(unit, callOf('unit.publish', unit.unitId)), first)
    assert.notDeepEqual(await publishUnit(other, callOf('unit.publish', other.unitId)), first)
    assert.deepEqual(unitsOf(await under.shown(), run), [other.unitId, unit.unitId].sort())
  })

  withProvider('withdraws a unit, again, one that is not there, and one whose reply was never seen', async under => {
    const { publishUnit, withdrawUnit } = publishingMethods(under.provider)
    if (!publishUnit || !withdrawUnit) return
    const run = await opened(under)
    const [unit, lost, unknown] = [unitOf(run), unitOf(run), unitOf(run)]
    const keyOf = ({ unitId }: PublishingUnit): string => callOf('unit.publish', unitId).key
    const ref = await publishUnit(unit, callOf('unit.publish', unit.unitId))
    await publishUnit(lost, callOf('unit.publish', lost.unitId))
    for (const reason of ['answered', 'expired'] as const) {
      await withdrawUnit({ ...unit, ref, publishKey: keyOf(unit), reason }, callOf('unit.withdraw', unit.unitId, 2))
    }
    assert.deepEqual(unitsOf(await under.shown(), run), [lost.unitId])
    await withdrawUnit({ ...unknown, ref: null, publishKey: keyOf(unknown), reason: 'expired' }, callOf('unit.withdraw', unknown.unitId, 2))
    await withdrawUnit({ ...lost, ref: null, publishKey: keyOf(lost), reason: 'expired' }, callOf('unit.withdraw', lost.unitId, 2))
    assert.deepEqual(unitsOf(await under.shown(), run), [])
  })

  withProvider('does nothing by a call whose time is over', async under => {
    const { openRun, publishUnit } = publishingMethods(under.provider)
    const over = (step: string, id: string): ProviderCall => ({ ...callOf(step, id), signal: AbortSignal.abort(new Error('too late')) })
    const run = runOf()
    if (openRun) await assert.rejects(openRun(run, over('run.open', run.runId)))
    const unit = unitOf(run)
    if (publishUnit) await assert.rejects(publishUnit(unit, over('unit.publish', unit.unitId)))
    if (openRun ?? publishUnit) assert.deepEqual(upOf(await under.shown()), [])
  })
}

function contextOf(now: () => number = Date.now): ProviderContext {
  return { now, newId: v7, key: new Uint8Array(32).fill(7) }
}

function callOf(step: string, id: string, number = 1): ProviderCall {
  return { key: `${step}/${id}/${String(number)}`, signal: new AbortController().signal, context: contextOf() }
}

function runOf(): OpenRun {
  return {
    runId: v7(), task: 'tweets', title: 'What do people say? ü 😀', description: 'Read & label.', requester: 'lab', pay: { minor: 12, currency: 'USD' }, leaseMs: 600_000,
    taskUrl: 'https://app.example/work', ref: null,
  }
}

async function opened({ provider }: ProviderUnderTest): Promise<OpenRun> {
  const run = runOf()
  return provider.openRun ? { ...run, ref: await provider.openRun(run, callOf('run.open', run.runId)) } : run
}

function unitOf(run: OpenRun): PublishingUnit {
  return { unitId: v7(), assignmentId: v7(), run }
}

function upOf(shown: readonly ShownAtProvider[]): readonly string[] {
  return shown.filter(({ isUp }) => isUp).map(({ about }) => about).sort()
}

function unitsOf(shown: readonly ShownAtProvider[], { runId }: OpenRun): readonly string[] {
  return upOf(shown).filter(about => about !== runId)
}

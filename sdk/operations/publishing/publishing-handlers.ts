import type { TaskRun } from '../../data-model/entities.js'
import { isEnded } from '../../data-model/lifecycle.js'
import { TO_PUBLISH, TO_WITHDRAW, type PublicationStatus } from '../../data-model/publication.js'
import { MephistoError } from '../../errors.js'
import type { CallRow } from '../../ports/outbox-operations.js'
import type { PublicationRow } from '../../ports/publication-operations.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { OpenRun, ProviderCall, ProviderRef, PublishingUnit } from '../../providers/publishing.js'
import { publishingMethods } from '../../providers/publishing-methods.js'
import type { CallOutcome, OutboxHandler } from '../outbox-handler.js'
import type { ConnectedProvider, ProviderRegistry } from '../registry.js'
import { checkedRef, outcomeOf, SKIPPED } from './provider-outcome.js'
import { providerRun, refOf } from './provider-views.js'
import { keyOf, subjectOf, topicOf, UNIT_NUMBERS, type PublishingStep, type Subject } from './publishing-calls.js'
import { recordOpened, recordPlaced, recordPublished, recordWithdrawn } from './publishing-records.js'

interface Parts extends WorkParts {
  readonly providers: ProviderRegistry
  /** The page where workers do a run. */
  taskUrlOf(run: TaskRun): string
}

/** Calls to one provider of one kind that one process makes at a time. */
const CONCURRENCY = 16

/** Makes the calls to an instance's providers: opens and closes runs, publishes and withdraws units. */
export function publishingHandlers(parts: Parts): readonly OutboxHandler[] {
  return parts.providers.names.flatMap(name => handlersOf(parts, parts.providers.get(name)))
}

/** What a call that is wanted is about. */
interface Thing {
  readonly subject: Subject
  readonly publication: PublicationRow
  readonly run: OpenRun
  readonly call: ProviderCall
}

/** What one step does at the provider, and what follows from it. */
interface Step {
  /** The call is wanted while the thing is in one of these. */
  readonly wantedIn: readonly PublicationStatus[]
  make(thing: Thing): Promise<ProviderRef | null>
  readonly record: NonNullable<OutboxHandler['record']>
}

function handlersOf(parts: Parts, { provider, context }: ConnectedProvider): readonly OutboxHandler[] {
  return Object.entries(stepsOf(parts, provider)).flatMap(([name, step]): OutboxHandler[] => (step === null ? [] : [{
    specVersion: 1, topic: topicOf(name as PublishingStep, provider.type), concurrency: CONCURRENCY, concurrencyPerSubject: CONCURRENCY, record: step.record,
    ...(provider.callTimeoutMs === undefined ? {} : { timeoutMs: provider.callTimeoutMs }),
    call: (call, signal) => callFor(parts, step, { call, asProvider: { key: call.callKey, signal, context } }),
  }]))
}

async function callFor({ db, taskUrlOf }: Parts, { wantedIn, make }: Step, { call, asProvider }: { readonly call: CallRow; readonly asProvider: ProviderCall }): Promise<CallOutcome> {
  const subject = subjectOf(call)
  const runId = call.subjectId ?? ''
  const [run, publication, container] = await Promise.all([db.runs.get(runId), db.publications.get(subject.id), db.publications.get(runId)])
  if (!run || publication?.number !== subject.number || !wantedIn.includes(publication.status)) return SKIPPED
  // One that was given up, and is asked for again after its run has ended.
  if (wantedIn === TO_PUBLISH && isEnded(run.status)) return SKIPPED
  return outcomeOf(() => make({ subject, publication, run: { ...providerRun(run, taskUrlOf(run)), ref: refOf(container) }, call: asProvider }))
}

function stepsOf({ db, runtime }: Parts, provider: ConnectedProvider['provider']): Readonly<Record<PublishingStep, Step | null>> {
  const { openRun, closeRun, setPlaces, publishUnit, withdrawUnit } = publishingMethods(provider)

  async function unitOf({ subject: { id }, run }: Thing): Promise<PublishingUnit> {
    const unit = await db.units.get(id)
    if (!unit) throw new MephistoError('not_found', `Unit ${id} was removed.`)
    return { unitId: id, assignmentId: unit.assignmentId, run }
  }

  /** The key under which a run was opened last. */
  async function openKeyOf(runId: string): Promise<string> {
    const { rows: [call] } = await db.outbox.find({ filter: { subjectId: runId, topic: topicOf('run.open', provider.type) }, direction: 'descending', limit: 1 })
    if (!call) throw new MephistoError('not_found', `The call that opened run ${runId} was removed.`)
    return call.callKey
  }

  return {
    'run.open': openRun ? { wantedIn: TO_PUBLISH, record: recordOpened(runtime), make: async ({ run, call }) => checkedRef(await openRun(run, call)) } : null,
    'run.places': setPlaces ? {
      wantedIn: ['published'], record: recordPlaced(runtime),
      // Where more was wanted since, a later call says so.
      async make({ run, subject: { number }, call }) {
        await setPlaces({ ...run, places: await db.publications.countPlaces(run.runId, number) }, call)
        return null
      },
    } : null,
    'run.close': closeRun ? {
      wantedIn: TO_WITHDRAW, record: recordWithdrawn(runtime),
      async make({ run, call }) {
        await closeRun({ ...run, openKey: await openKeyOf(run.runId) }, call)
        return null
      },
    } : null,
    'unit.publish': publishUnit ? { wantedIn: TO_PUBLISH, record: recordPublished(runtime), make: async thing => checkedRef(await publishUnit(await unitOf(thing), thing.call)) } : null,
    'unit.withdraw': withdrawUnit ? {
      wantedIn: TO_WITHDRAW, record: recordWithdrawn(runtime),
      async make(thing) {
        const { publication, subject: { id, reason = 'expired' }, call } = thing
        const publishKey = keyOf('unit.publish', { id, number: UNIT_NUMBERS.publish })
        await withdrawUnit({ ...await unitOf(thing), ref: refOf(publication), publishKey, reason }, call)
        return null
      },
    } : null,
  }
}

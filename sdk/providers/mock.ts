import { MephistoError } from '../errors.js'
import type { CrowdProvider } from './crowd-provider.js'
import { mockCrowd, type MockCall, type MockCrowd, type MockOperation } from './mock-crowd.js'
import type { ProviderCall, ProviderRef } from './publishing.js'
import { signedLinks } from './signed-links.js'

export { mockCrowd, type MockCall, type MockCrowd, type MockCrowdOptions, type MockCrowdState, type MockListing, type MockOperation } from './mock-crowd.js'

/** Something that goes wrong with calls. */
export interface MockFault {
  readonly on: MockOperation
  /**
   * `fail`: an error before anything is done. `lose_reply`: it is done, and the reply does not arrive. `refuse`: a definite no, nothing
   * is done. `slow`: it takes `ms` more. `hang`: nothing is done and nothing comes until the call's time is over.
   */
  readonly kind: 'fail' | 'lose_reply' | 'refuse' | 'slow' | 'hang'
  /** How many calls it hits. @default 1 */
  readonly times?: number
  /** Only calls about this unit or run, by id. @default any */
  readonly about?: string
  /** How much longer a `slow` call takes, ms. @default 100 */
  readonly ms?: number
}

/** How a mock provider is made. */
export interface MockOptions {
  /** The provider's name. @default 'mock' */
  readonly type?: string
  /** The service it calls. @default one of its own, in this process */
  readonly crowd?: MockCrowd
  /** How long each call takes, ms. @default 0 */
  readonly latencyMs?: number
  /** Counts places in a run, and does not know units. @default false */
  readonly countsPlaces?: boolean
}

/** A provider for tests and demonstrations. */
export interface MockProvider extends CrowdProvider {
  /** Has the next calls go wrong. Faults are used up in the order in which they were given. */
  fail(fault: MockFault): void
  /** Nothing goes wrong any more. */
  heal(): void
}

/**
 * A crowd without anybody outside: it takes part in the whole cycle offline (runs are opened and closed, units published and
 * withdrawn), lets workers in by signed links, and can be told what goes wrong. What it published is in its crowd:
 * ```ts
 * const crowd = mockCrowd()
 * const provider = mock({ crowd })
 * provider.fail({ on: 'publishUnit', kind: 'lose_reply' })
 * crowd.listings().filter(listing => listing.isUp)
 * ```
 */
export function mock({ type = 'mock', crowd = mockCrowd(), latencyMs = 0, countsPlaces = false }: MockOptions = {}): MockProvider {
  const faults: { readonly fault: MockFault; left: number }[] = []

  function nextFault({ operation, about }: MockCall): MockFault | null {
    const hit = faults.find(({ fault, left }) => left > 0 && fault.on === operation && (fault.about ?? about) === about)
    if (!hit) return null
    hit.left -= 1
    return hit.fault
  }

  async function ask(call: Omit<MockCall, 'key'>, { key, signal }: ProviderCall): Promise<ProviderRef> {
    signal.throwIfAborted()
    const request = { ...call, key }
    const fault = nextFault(request)
    await pause(latencyMs + (fault?.kind === 'slow' ? fault.ms ?? 100 : 0), signal)
    if (fault?.kind === 'hang') await pause(Infinity, signal)
    if (fault?.kind === 'fail') throw new Error('the mock crowd failed before it did anything')
    if (fault?.kind === 'refuse') throw new MephistoError('invalid_input', `The mock crowd refused ${call.operation}.`)
    const listing = await crowd.handle(request)
    if (fault?.kind === 'lose_reply') throw new Error('the connection was lost before the reply')
    return { listing }
  }

  const listingOf = (ref: ProviderRef | null): string | null => (typeof ref?.['listing'] === 'string' ? ref['listing'] : null)
  const byUnits: Pick<CrowdProvider, 'publishUnit' | 'withdrawUnit'> = {
    publishUnit: ({ unitId, run: { runId } }, call) => ask({ operation: 'publishUnit', runId, about: unitId, listing: null, madeUnder: null }, call),
    async withdrawUnit({ unitId, run: { runId }, ref, publishKey }, call) {
      await ask({ operation: 'withdrawUnit', runId, about: unitId, listing: listingOf(ref), madeUnder: publishKey }, call)
    },
  }
  const byPlaces: Pick<CrowdProvider, 'setPlaces'> = {
    async setPlaces({ runId, ref, places }, call) {
      await ask({ operation: 'setPlaces', runId, about: runId, listing: listingOf(ref), madeUnder: null, places }, call)
    },
  }
  return {
    specVersion: 1,
    type,
    ...signedLinks(),
    fail: fault => void faults.push({ fault, left: fault.times ?? 1 }),
    heal: () => void faults.splice(0),
    openRun: ({ runId, ref }, call) => ask({ operation: 'openRun', runId, about: runId, listing: listingOf(ref), madeUnder: null }, call),
    async closeRun({ runId, ref, openKey }, call) {
      await ask({ operation: 'closeRun', runId, about: runId, listing: listingOf(ref), madeUnder: openKey }, call)
    },
    ...(countsPlaces ? byPlaces : byUnits),
  }
}

/** Waits, or fails with the signal's reason. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return
  await new Promise<void>((resolve, reject) => {
    const timer = ms === Infinity ? undefined : setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    const end = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', end, { once: true })
  })
}

/** What the mock crowd is asked for. */
export type MockOperation = 'openRun' | 'closeRun' | 'setPlaces' | 'publishUnit' | 'withdrawUnit'

/** A request to the mock crowd, as JSON. */
export interface MockCall {
  readonly operation: MockOperation
  /** The idempotency key of the call. */
  readonly key: string
  readonly runId: string
  /** The run's id, or the unit's. */
  readonly about: string
  /** Which listing it is about, by its name in the crowd; null for none, or where that is not known. */
  readonly listing: string | null
  /** The key under which the listing was made; null for none. */
  readonly madeUnder: string | null
  /** How many places the run is to have; only for `setPlaces`. */
  readonly places?: number
}

/** What the crowd shows its workers: a run, or a unit. */
export interface MockListing {
  /** Its name in the crowd. */
  readonly listing: string
  readonly kind: 'run' | 'unit'
  readonly about: string
  readonly runId: string
  readonly isUp: boolean
  /** Places in a run, as far as they were set. */
  readonly places: number
}

/** The service behind {@link mock}: in this process, or somewhere else that several processes can reach. */
export interface MockCrowd {
  /** Does what is asked, and returns the name of the listing; null where there is none. */
  handle(call: MockCall): string | null | Promise<string | null>
}

/** A crowd in this process, whose state can be looked at. */
export interface MockCrowdState extends MockCrowd {
  handle(call: MockCall): string | null
  /** Every call that had come in, in their order, repeats too. */
  readonly calls: readonly MockCall[]
  /** Everything that was ever listed, in the order in which it was. */
  listings(): readonly MockListing[]
}

/** How a mock crowd behaves. */
export interface MockCrowdOptions {
  /** Does everything anew, as a service without idempotency keys would: what is published twice is there twice. @default false */
  readonly ignoresKeys?: boolean
}

/** A crowd that is nothing but state: idempotent by key, as a real one should be. */
export function mockCrowd({ ignoresKeys = false }: MockCrowdOptions = {}): MockCrowdState {
  const calls: MockCall[] = []
  const listings = new Map<string, MockListing>()
  const byKey = new Map<string, string>()

  function make({ operation, key, runId, about, listing }: MockCall): string {
    const known = ignoresKeys ? undefined : byKey.get(key)
    if (known !== undefined) return known
    const name = listing ?? `listing-${String(listings.size + 1)}`
    listings.set(name, { ...listings.get(name) ?? { listing: name, kind: operation === 'openRun' ? 'run' : 'unit', about, runId, places: 0 }, isUp: true })
    byKey.set(key, name)
    return name
  }

  return {
    calls,
    listings: () => [...listings.values()],
    handle(call) {
      calls.push(call)
      if (call.operation === 'openRun' || call.operation === 'publishUnit') return make(call)
      const name = call.listing ?? byKey.get(call.madeUnder ?? '')
      const known = listings.get(name ?? '')
      if (!known) return null
      listings.set(known.listing, call.operation === 'setPlaces' ? { ...known, places: call.places ?? 0 } : { ...known, isUp: false })
      return known.listing
    },
  }
}

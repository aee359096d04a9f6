/** The part of the browser's `Storage` that a session uses; pass your own to keep answers elsewhere. */
export type SessionStorageLike = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** Text by key that never throws: what the device refuses to keep is kept in memory for as long as the page lives. */
export interface SafeStorage {
  get(key: string): string | null
  /** True when the device keeps it. */
  set(key: string, value: string): boolean
  remove(key: string): void
  /** Every key that starts with `prefix`, in no order. */
  keys(prefix: string): string[]
  /** True when everything stored would survive a reload. */
  isDurable(): boolean
}

function deviceStorage(): SessionStorageLike | null {
  try {
    return globalThis.localStorage
  } catch {
    return null // blocked by the person's settings, or by the frame the page runs in
  }
}

function keysOf(storage: SessionStorageLike | null): string[] {
  return Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? '')
}

function attempt<T>(run: () => T, otherwise: T): T {
  try {
    return run()
  } catch {
    return otherwise
  }
}

/** Makes {@link SafeStorage} over `storage`. @default storage the device's localStorage */
export function safeStorage(storage?: SessionStorageLike): SafeStorage {
  const memory = new Map<string, string>()
  const device = () => storage ?? deviceStorage()
  return {
    get: key => memory.get(key) ?? attempt(() => device()?.getItem(key) ?? null, null),
    set(key, value) {
      const isStored = attempt(() => {
        const target = device()
        target?.setItem(key, value)
        return target?.getItem(key) === value
      }, false)
      if (isStored) memory.delete(key)
      else memory.set(key, value)
      return isStored
    },
    remove(key) {
      memory.delete(key)
      attempt(() => { device()?.removeItem(key) }, undefined)
    },
    keys(prefix) {
      const all = new Set([...memory.keys(), ...attempt(() => keysOf(device()), [])])
      return [...all].filter(key => key.startsWith(prefix))
    },
    isDurable: () => memory.size === 0,
  }
}

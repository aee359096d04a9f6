/** A map that forgets its oldest entry when it is full. */
export interface BoundedMap<TKey, TValue> {
  get(key: TKey): TValue | undefined
  set(key: TKey, value: TValue): void
  delete(key: TKey): void
}

/** A {@link BoundedMap} of at most `limit` entries. */
export function createBoundedMap<TKey, TValue>(limit: number): BoundedMap<TKey, TValue> {
  const entries = new Map<TKey, TValue>()
  return {
    get: key => entries.get(key),
    set(key, value) {
      const oldest = entries.keys().next()
      if (entries.size >= limit && !entries.has(key) && oldest.done !== true) entries.delete(oldest.value)
      entries.set(key, value)
    },
    delete(key) {
      entries.delete(key)
    },
  }
}

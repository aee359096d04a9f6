/** Fields without those that were not given. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Those fields that were given. Pure. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
}

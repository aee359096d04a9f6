const KNOWN_LIMIT = 1000
const known = new Map<string, boolean>()

/** True for a statement that certainly writes nothing. Anything unusual counts as a write, which is safe. */
export function isRead(sql: string): boolean {
  const remembered = known.get(sql)
  if (remembered !== undefined) return remembered
  const read = /^\s*(?:SELECT|WITH)\b/i.test(sql) && !/\b(?:INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql)
  if (known.size >= KNOWN_LIMIT) known.clear()
  known.set(sql, read)
  return read
}

/** True for a statement that changes what other statements' columns are. */
export function changesTables(sql: string): boolean {
  return /^\s*(?:CREATE|ALTER|DROP)\b/i.test(sql)
}

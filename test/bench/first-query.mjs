// A process of its own: opens a database with the built package and reads once.
const started = performance.now()
const [engine, at] = process.argv.slice(2)
const open = {
  sqlite: async () => (await import('mephisto-sdk/embedded')).embeddedDb({ file: at }),
  postgresql: async () => (await import('mephisto-sdk/postgres')).postgresDb({ url: at }),
  mariadb: async () => (await import('mephisto-sdk/mysql')).mysqlDb({ url: at }),
}[engine]
const db = await open()
await db.runs.list({ limit: 1 })
const ms = performance.now() - started
process.send({ ms, rows: 0, peakMb: Math.round(process.memoryUsage().rss / 1e6), baseMb: 0 }, () => process.exit(0))

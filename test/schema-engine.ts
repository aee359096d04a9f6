import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type * as Engine from '@prisma/schema-engine-wasm'
import pg from 'pg'
import type { Dialect } from '../prisma/dialect.js'
import { sqliteAdapter } from '../prisma/sqlite/adapter.js'

// What `prisma migrate diff` and `prisma db push` run, as far as it is there in WebAssembly: Prisma's own binary is not to be
// had from a package registry.

/** The databases that the engine knows without its binary. */
export const ENGINE_DIALECTS = ['sqlite', 'postgresql', 'cockroachdb'] as const satisfies readonly Dialect[]
/** One of {@link ENGINE_DIALECTS}. */
export type EngineDialect = (typeof ENGINE_DIALECTS)[number]

type Factory = SqlMigrationAwareDriverAdapterFactory

const filesOf = (schema: string): { files: { path: string; content: string }[] } => ({ files: [{ path: 'schema.prisma', content: schema }] })

/** What Prisma would run to get from one schema to another, or from nothing; one text per statement. */
export async function prismaDiff(dialect: EngineDialect, from: string | null, to: string): Promise<string[]> {
  return diff(unconnected(dialect), from === null ? { tag: 'empty' } : { tag: 'schemaDatamodel', ...filesOf(from) }, to)
}

/** What Prisma would run to make a database's tables those of the schema: nothing where it sees no drift. */
export async function prismaDrift(dialect: 'sqlite' | 'postgresql', address: string, to: string): Promise<string[]> {
  const connected = dialect === 'sqlite' ? fileFactory(address) : postgresFactory(address)
  return diff(connected, { tag: 'schemaDatasource', ...filesOf(to), configDir: '/' }, to)
}

async function diff(factory: Factory, from: Engine.DiffTarget, to: string): Promise<string[]> {
  const engine = await openEngine(factory, to)
  try {
    const { stdout } = await engine.diff({ from, to: { tag: 'schemaDatamodel', ...filesOf(to) }, script: true, exitCode: null, filters: { externalTables: [], externalEnums: [] } })
    return statementsIn(stdout ?? '')
  } finally {
    engine.free()
  }
}

/** No statement of ours holds a semicolon or a comment. */
function statementsIn(script: string): string[] {
  return script.replace(/^--.*\n/gm, '').split(/;\n/).map(text => text.trim()).filter(text => text !== '')
}

let loading: Promise<typeof Engine> | undefined

/** The package's own entry needs a flag of Node's. */
async function loadEngine(): Promise<typeof Engine> {
  const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = await import(pathToFileURL(file).href) as typeof Engine & { __wbg_set_wasm(exports: WebAssembly.Exports): void }
  const { instance } = await WebAssembly.instantiate(readFileSync(file.replace(/\.js$/, '.wasm')), { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as () => void)()
  // Without it a panic is reported as something else.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message(message: string) { throw new Error(message) } } })
  return glue
}

async function openEngine(factory: Factory, schema: string): Promise<Engine.SchemaEngine> {
  const { SchemaEngine } = await (loading ??= loadEngine())
  return SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory))
}

const refuse = (): never => { throw new Error('not expected') }

/** To compare two schemas the engine asks a database for nothing but its version. */
function unconnected(dialect: EngineDialect): Factory {
  const [provider, version] = dialect === 'sqlite' ? ['sqlite', '3'] as const : ['postgres', dialect === 'postgresql' ? 'PostgreSQL 15.0' : 'CockroachDB CCL v23.1.0'] as const
  const adapter: SqlDriverAdapter = {
    provider, adapterName: 'unconnected', executeScript: () => Promise.resolve(), executeRaw: () => Promise.resolve(0), startTransaction: refuse,
    queryRaw: () => Promise.resolve({ columnNames: ['exists', 'version', 'numeric_version'], columnTypes: [5, 7, 0], rows: [[true, version, 150_000]] }),
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: false }), dispose: () => Promise.resolve(),
  }
  return { provider, adapterName: adapter.adapterName, connect: () => Promise.resolve(adapter), connectToShadowDb: refuse }
}

function fileFactory(file: string): Factory {
  const { provider, adapterName, connect } = sqliteAdapter({ file })
  return { provider, adapterName, connect, connectToShadowDb: refuse }
}

const CHAR = 18
const TEXT = 25

/** Prisma's adapter does not know PostgreSQL's type "char", which the engine's own questions return. */
function postgresFactory(connectionString: string): Factory {
  const pool = new pg.Pool({ connectionString })
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>
  const asText = async (...args: unknown[]): Promise<pg.QueryResult> => {
    const result = await query(...args)
    return { ...result, fields: result.fields.map(field => (field.dataTypeID === CHAR ? Object.assign(field, { dataTypeID: TEXT }) : field)) }
  }
  return new PrismaPg(Object.assign(pool, { query: asText }), { disposeExternalPool: true })
}

import { readFileSync } from 'node:fs'
import type { Dialect } from '../../prisma/dialect.js'

/** The one source of models. */
export const TEMPLATE_FILE = new URL('../../prisma/models.tpl.prisma', import.meta.url)
const MIGRATOR_FILE = new URL('../../prisma/migrator.tpl.prisma', import.meta.url)

/** What the tokens of the template mean on one database; an empty string leaves Prisma's own column type. */
interface ColumnTokens {
  /** The row's own id. */
  readonly id: string
  /** Another row's id. */
  readonly ref: string
  /** Short text that is compared. */
  readonly key: string
  /** Text for people. */
  readonly name: string
  /** Long text. */
  readonly text: string
  /** The name of a migration. */
  readonly step: string
}

const postgresql: ColumnTokens = {
  id: '@db.VarChar(36)', ref: '@db.VarChar(36)', key: '@db.VarChar(64)', name: '@db.VarChar(200)', text: '@db.Text', step: '@db.VarChar(128)',
}

const TOKENS: Record<Dialect, ColumnTokens> = {
  sqlite: { id: '', ref: '', key: '', name: '', text: '', step: '' },
  postgresql,
  cockroachdb: {
    id: '@db.String(36)', ref: '@db.String(36)', key: '@db.String(64)', name: '@db.String(200)', text: '@db.String', step: '@db.String(128)',
  },
  mysql: { ...postgresql, text: '@db.LongText' },
  sqlserver: { ...postgresql, key: '@db.NVarChar(64)', name: '@db.NVarChar(200)', text: '@db.NVarChar(Max)' },
}

/** The text of the template. Throws when the file cannot be read. */
export function readTemplate(): string {
  return readFileSync(TEMPLATE_FILE, 'utf8')
}

/** The template of the migrator's own tables. Throws when the file cannot be read. */
export function readMigratorTemplate(): string {
  return readFileSync(MIGRATOR_FILE, 'utf8')
}

/** A template followed by the migrator's own tables: all that a host has of ours. */
export function withMigratorTables(template: string): string {
  return `${template.trimEnd()}\n\n${withoutHead(readMigratorTemplate())}`
}

/** How a fragment differs from the one that is committed. */
export interface FragmentOptions {
  /** Starts every table name. @default 'mephisto_' */
  readonly prefix?: string
  /** The schema that each model is said to be in (PostgreSQL, CockroachDB, SQL Server). @default none is said */
  readonly schema?: string
  /** The template's text. @default what {@link TEMPLATE_FILE} holds, with the migrator's own tables */
  readonly template?: string
}

const WITH_SCHEMAS: ReadonlySet<Dialect> = new Set<Dialect>(['postgresql', 'cockroachdb', 'sqlserver'])

/**
 * Renders the models for one database: models only, without generator and datasource, so that the text can lie as a
 * file of its own in a user's schema folder. Throws on a token that is not known, and on a schema where Prisma has none.
 */
export function renderFragment(provider: Dialect, options: FragmentOptions = {}): string {
  const { prefix = 'mephisto_', schema, template = withMigratorTables(readTemplate()) } = options
  if (schema !== undefined && !WITH_SCHEMAS.has(provider)) throw new Error(`Prisma has no @@schema on ${provider}`)
  const tokens = new Map<string, string>([...Object.entries(TOKENS[provider]), ['p', prefix]])
  const models = withoutHead(template).replace(/\{\{(\w+)\}\}/g, (token, name: string) => {
    const text = tokens.get(name)
    if (text === undefined) throw new Error(`models.tpl.prisma: unknown token ${token}`)
    return text
  })
  const inSchema = schema === undefined ? models : models.replace(/^ *@@map\(.*$/gm, map => `${map}\n  @@schema(${JSON.stringify(schema)})`)
  return `// The models of mephisto-sdk for ${provider}. Generated from models.tpl.prisma: do not edit.\n\n${trimLines(inSchema)}\n`
}

/** What stands round a fragment in {@link wholeSchema}. */
export interface SchemaFrame {
  /** A `generator` block. @default none */
  readonly generator?: string
  /** The schema that {@link renderFragment} was given. @default none */
  readonly schema?: string
}

/** A whole schema round what {@link renderFragment} returned for the same provider, for tools that want one. */
export function wholeSchema(provider: Dialect, fragment: string, { generator = '', schema }: SchemaFrame = {}): string {
  const schemas = schema === undefined ? '' : `  schemas = [${JSON.stringify(schema)}]\n`
  return `${generator}datasource db {\n  provider = "${provider}"\n${schemas}}\n\n${fragment}`
}

const withoutHead = (template: string): string => template.replace(/^(?:\/\/.*\n)+\n*/, '')

const trimLines = (text: string): string => text.split('\n').map(line => line.trimEnd()).join('\n').trimEnd()

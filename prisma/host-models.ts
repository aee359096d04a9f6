import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { MephistoError } from '../sdk/errors.js'
import { DEFAULT_PREFIX, type Dialect } from './dialect.js'
import { checkTableNames } from './migration-sql.js'

/** Which of our models a host has, and under which names. */
export interface HostModels {
  readonly provider: Dialect
  /** Starts every table name. */
  readonly prefix: string
  /** The schema that each model is said to be in. */
  readonly schema?: string
}

const MARK = '// Written by mephisto-sdk: npx mephisto init'
/** How the package's own files begin, which a host may have copied by hand. */
const PACKAGED_MARK = '// The models of mephisto-sdk'

/** Databases on which Prisma knows schemas. */
const WITH_SCHEMAS: ReadonlySet<Dialect> = new Set<Dialect>(['postgresql', 'cockroachdb', 'sqlserver'])

/**
 * Our models for a host's schema folder: what the package holds for that database, under the host's names.
 * @throws MephistoError `invalid_options` for names that no table can have
 */
export function hostModelsText({ provider, prefix, schema }: HostModels): string {
  if (schema !== undefined && !WITH_SCHEMAS.has(provider)) throw new MephistoError('invalid_options', `--db-schema: Prisma has no schemas on ${provider}.`)
  checkTableNames(provider, { prefix, ...(schema === undefined ? {} : { schema }) })
  const words = [`--provider ${provider}`, ...(prefix === DEFAULT_PREFIX ? [] : [`--prefix ${prefix === '' ? '""' : prefix}`]), ...(schema === undefined ? [] : [`--db-schema ${JSON.stringify(schema)}`])]
  const models = readFileSync(packaged(`prisma/fragments/mephisto.${provider}.prisma`), 'utf8').replace(/^\/\/.*\n+/, '')
  const named = models.replace(/^( *)@@map\("mephisto_(\w+)"\)$/gm, (_, indent: string, table: string) =>
    `${indent}@@map("${prefix}${table}")${schema === undefined ? '' : `\n${indent}@@schema(${JSON.stringify(schema)})`}`)
  return `${MARK} ${words.join(' ')}\n// Run that again after an upgrade of mephisto-sdk: it replaces this file, and nothing else. Do not edit.\n\n${named}`
}

/** A file of our models that is there already. */
export interface EarlierModels {
  readonly text: string
  readonly provider: string | undefined
  readonly prefix: string
  readonly schema: string | undefined
}

/** What an earlier `init` put into a file; undefined for a file that is not there. @throws MephistoError `already_exists` for somebody else's */
export function writtenBefore(file: string): EarlierModels | undefined {
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  const [line = ''] = text.split('\n')
  if (!isOurs(file)) throw new MephistoError('already_exists', `${file} is there and "mephisto init" did not write it. Rename it or remove it, and run this again.`)
  const prefix = / --prefix (?:""|(\w+))/.exec(line)
  const schema = / --db-schema ("(?:[^"\\]|\\.)*")/.exec(line)?.[1]
  return {
    text, provider: / --provider (\w+)/.exec(line)?.[1], prefix: prefix === null ? DEFAULT_PREFIX : prefix[1] ?? '',
    schema: schema === undefined ? undefined : JSON.parse(schema) as string,
  }
}

/** Whether a file holds our models and nothing of the host's. */
export function isOurs(file: string): boolean {
  const text = readFileSync(file, 'utf8')
  return text.startsWith(MARK) || text.startsWith(PACKAGED_MARK)
}

/** A file of this package, wherever it is installed. */
function packaged(path: string): string {
  return join(dirname(createRequire(import.meta.url).resolve('mephisto-sdk/package.json')), path)
}

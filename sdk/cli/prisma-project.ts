import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { MephistoError } from '../errors.js'

/** A host's Prisma schema. Paths are absolute. */
export interface PrismaProject {
  /** The `.prisma` file, or the folder whose `.prisma` files are one schema. */
  readonly path: string
  readonly isFolder: boolean
  /** The Prisma config file; it may be the one that names the schema. */
  readonly config: string | undefined
  /** Whether `prisma migrate` makes the host's tables. */
  readonly hasMigrations: boolean
  /** All `.prisma` files of the schema. */
  readonly files: readonly string[]
}

/** What the datasource of a schema says. */
export interface Datasource {
  readonly provider: string
  /** True when it lists schemas: every model must then say which one it is in. */
  readonly listsSchemas: boolean
}

/** As Prisma 7 looks for its config, first come first served. */
const CONFIG_NAMES = ['prisma7.config', '.config/prisma7', 'prisma.config', '.config/prisma', '.config/prisma.config']
const CONFIG_ENDINGS = ['js', 'ts', 'mjs', 'cjs', 'mts', 'cts']

/**
 * Finds the schema of the Prisma project in a folder: the one that was said, else what its config names, else where Prisma
 * looks without one.
 * @throws MephistoError `not_found` when there is none
 */
export function findPrismaProject(root: string, said?: string): PrismaProject {
  const config = CONFIG_NAMES.flatMap(name => CONFIG_ENDINGS.map(ending => resolve(root, `${name}.${ending}`))).find(isFile)
  const configured = config === undefined ? undefined : schemaInConfig(config)
  const places = said === undefined ? [configured, 'schema.prisma', 'prisma/schema.prisma', 'prisma/schema'] : [said]
  const path = places.flatMap(place => (place === undefined ? [] : resolve(root, place))).find(existsSync)
  if (path === undefined) {
    throw new MephistoError('not_found', said === undefined
      ? `No Prisma schema was found in ${root}. Run this in the folder of your prisma.config.ts, or name the schema: --schema <file or folder>.`
      : `There is no ${said} in ${root}. Name your Prisma schema's file or folder: --schema <file or folder>.`)
  }
  const isFolder = statSync(path).isDirectory()
  const files = isFolder ? prismaFilesIn(path) : [path]
  const around = isFolder ? [path, dirname(path)] : [dirname(path)]
  const hasMigrations = around.some(folder => existsSync(join(folder, 'migrations/migration_lock.toml')))
  return { path, isFolder, config, hasMigrations, files }
}

/** The `.prisma` files in a folder and the folders in it, as Prisma reads them; none of a folder that is not there. */
export function prismaFilesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.prisma') && !entry.parentPath.split(/[\\/]/).includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name)).sort()
}

/** The datasource in one of these files. */
export function findDatasource(files: readonly string[]): Datasource | undefined {
  for (const file of files) {
    const block = /^\s*datasource\s+\w+\s*\{([^}]*)\}/m.exec(withoutComments(readFileSync(file, 'utf8')))?.[1]
    const provider = /\bprovider\s*=\s*"(\w+)"/.exec(block ?? '')?.[1]
    if (provider !== undefined) return { provider, listsSchemas: /\bschemas\s*=/.test(block ?? '') }
  }
  return undefined
}

/** The files that hold one of our models. */
export function filesWithOurModels(files: readonly string[]): string[] {
  return files.filter(file => /^\s*model\s+MephistoProject\b/m.test(withoutComments(readFileSync(file, 'utf8'))))
}

/**
 * The `schema` of a config, absolute, when it is written out: a text, or texts in a call of `join` or `resolve`. The
 * config is not run: it may be TypeScript and may want an environment that is not there.
 */
function schemaInConfig(config: string): string | undefined {
  const source = withoutComments(readFileSync(config, 'utf8'))
  const value = /(?:^|[{,\s])schema\s*:\s*((?:[\w.]+\.)?(?:join|resolve)\([^)]*\)|(['"`])[^'"`]*\2)/.exec(source)?.[1] ?? ''
  const parts = [...value.matchAll(/(['"`])([^'"`]*)\1/g)].map(([, , part = '']) => part)
  if (parts.length === 0) return undefined
  const path = resolve(dirname(config), join(...parts))
  return existsSync(path) ? path : undefined
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

/** Not the slashes of an address. */
const withoutComments = (text: string): string => text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')

/** Whether a folder can be one schema with all that is in it: the root of a project holds too much else. */
export function canHoldSchema(folder: string, root: string): boolean {
  return resolve(folder) !== resolve(root) && basename(folder) !== 'node_modules'
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Option, type Command } from 'commander'
import { DEFAULT_PREFIX, DIALECTS, type Dialect } from '../../prisma/dialect.js'
import { hostModelsText, isOurs, writtenBefore, type EarlierModels, type HostModels } from '../../prisma/host-models.js'
import { MephistoError } from '../errors.js'
import { canHoldSchema, filesWithOurModels, findDatasource, findPrismaProject, prismaFilesIn, type PrismaProject } from './prisma-project.js'
import type { CliStreams } from './streams.js'

interface InitOptions {
  readonly provider?: Dialect
  readonly prefix?: string
  readonly schema?: string
  readonly dbSchema?: string
}

const FILE_NAME = 'mephisto.prisma'

/** `init`: puts our models beside the host's own, as one file of its Prisma schema. */
export function addInitCommand(program: Command, { stdout }: CliStreams): void {
  program.command('init').description('Put the models into your Prisma schema, or renew them after an upgrade. Writes one file.')
    .option('--schema <file or folder>', 'your Prisma schema (default: where prisma.config or the usual places have it)')
    .addOption(new Option('--provider <name>', 'the database (default: what your datasource says)').choices(DIALECTS))
    .option('--prefix <text>', `what the names of the tables begin with (default: as before, else ${DEFAULT_PREFIX})`)
    .option('--db-schema <name>', 'the database schema of the models, for a datasource that lists schemas (default: as before)')
    .option('--json', 'one JSON object')
    .action((options: InitOptions & { readonly json?: true }) => {
      const root = process.cwd()
      const project = findPrismaProject(root, options.schema)
      const file = targetFile(project, root)
      const before = writtenBefore(file)
      const models = chosen(options, before, project)
      const text = hostModelsText(models)
      const shown = relative(root, file)
      const outcome = before === undefined ? 'wrote' : before.text === text ? 'up_to_date' : 'renewed'
      if (outcome !== 'up_to_date') {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
      }
      const count = text.match(/^model /gm)?.length ?? 0
      if (options.json) {
        stdout.write(`${JSON.stringify({ file: shown, outcome, models: count, ...models })}\n`)
        return
      }
      stdout.write(outcome === 'up_to_date' ? `${shown} is up to date.\n` : `${outcome === 'wrote' ? 'Wrote' : 'Renewed'} ${shown}: ${String(count)} models for ${models.provider}.\n`)
      stdout.write([...lineToAdd(project, file, root), ...nextCommands(models, project)].map(line => `${line}\n`).join(''))
    })
}

/** Where our models go, or are already. @throws MephistoError `already_exists` when they are in a file of the host's */
function targetFile(project: PrismaProject, root: string): string {
  const [own, ...more] = filesWithOurModels([...new Set([...project.files, ...(project.isFolder ? [] : prismaFilesIn(besideSchema(project, root)))])])
  if (own !== undefined && (more.length > 0 || !isOurs(own))) {
    throw new MephistoError('already_exists', `The models are in ${[own, ...more].map(path => relative(root, path)).join(' and ')} already. Remove them there, and run this again.`)
  }
  return own ?? join(project.isFolder ? project.path : besideSchema(project, root), FILE_NAME)
}

/** The folder that becomes the schema when a single file is to have company. */
function besideSchema(project: PrismaProject, root: string): string {
  const folder = dirname(project.path)
  return canHoldSchema(folder, root) ? folder : join(root, 'prisma')
}

/** What is not asked for stays as it was. */
function chosen(options: InitOptions, before: EarlierModels | undefined, project: PrismaProject): HostModels {
  const datasource = findDatasource(project.files)
  const schema = options.dbSchema ?? before?.schema
  if (datasource?.listsSchemas === true && schema === undefined) {
    throw new MephistoError('invalid_options', 'Your datasource lists schemas, so the models must say theirs: add one to the list and name it with --db-schema.')
  }
  const provider = options.provider ?? known(datasource?.provider ?? before?.provider)
  return { provider, prefix: options.prefix ?? before?.prefix ?? DEFAULT_PREFIX, ...(schema === undefined ? {} : { schema }) }
}

function known(provider: string | undefined): Dialect {
  if (provider === undefined) throw new MephistoError('invalid_options', `No datasource was found, so say which database it is: --provider, one of ${DIALECTS.join(', ')}.`)
  const dialect = DIALECTS.find(name => name === (provider === 'postgres' ? 'postgresql' : provider))
  if (dialect === undefined) throw new MephistoError('invalid_options', `Your datasource is of ${provider}, which has no tables for the SDK. It runs on ${DIALECTS.join(', ')}.`)
  return dialect
}

/** What a schema of a single file lacks: Prisma reads a folder only where the config names it. */
function lineToAdd(host: PrismaProject, file: string, root: string): string[] {
  if (host.isFolder) return []
  const folder = dirname(file)
  const shown = relative(host.config === undefined ? root : dirname(host.config), folder)
  const line = `schema: '${shown.startsWith('.') ? shown : `./${shown}`}',`
  const move = dirname(host.path) === folder ? [] : [
    `Move ${relative(root, host.path)} into ${relative(root, folder)}/, where the new file is, and put ${relative(folder, dirname(host.path))}/ before its relative paths, such as output.`,
  ]
  const others = prismaFilesIn(folder).filter(path => path !== file && path !== host.path).map(path => relative(root, path))
  return [
    '', `Your schema is the single file ${relative(root, host.path)}. To have Prisma read both files:`, ...move,
    ...(host.config === undefined
      ? ['Make prisma.config.ts:', "  import { defineConfig } from 'prisma/config'", `  export default defineConfig({ ${line.slice(0, -1)} })`]
      : [`In ${relative(root, host.config)}, name the folder:`, `  ${line}`]),
    ...(others.length === 0 ? [] : [`Prisma will then read ${others.join(', ')} too.`]),
  ]
}

function nextCommands({ provider, prefix, schema }: HostModels, host: PrismaProject): string[] {
  const options = prismaDbOptions(prefix, schema)
  const last = ['', `In your code: prismaDb(prisma${options === '' ? '' : `, { ${options} }`}), from 'mephisto-sdk/prisma'.`]
  if (provider === 'sqlserver') last.push('The SDK has the models and tables of SQL Server, but does not run on it yet.')
  const place = provider === 'postgresql' || provider === 'cockroachdb' ? ` --db-schema ${schema ?? 'public'}` : ''
  const named = prefix === DEFAULT_PREFIX ? '' : ` --prefix ${prefix === '' ? '""' : prefix}`
  const at = `--db <file or address>${place}${named}`
  if (!host.hasMigrations && provider !== 'sqlserver') {
    return ['', 'Next:', '  npx prisma generate', `  npx mephisto migrate ${at}`, 'Where Prisma makes your tables, instead of the second:', ...byPrisma(provider, at), ...last]
  }
  return ['', 'Next:', '  npx prisma generate', ...byPrisma(provider, at), ...last]
}

/** How our tables come to be where Prisma Migrate, or `db push`, makes the host's: at first, and after each upgrade. */
function byPrisma(provider: Dialect, at: string): string[] {
  if (provider === 'sqlserver') return ['  npx prisma migrate dev --name mephisto']
  const dev = provider === 'mysql'
    ? ['  npx prisma migrate dev --create-only --name mephisto', '  (in the migration.sql that this writes, put utf8mb4_bin in the place of utf8mb4_unicode_ci)', '  npx prisma migrate dev']
    : ['  npx prisma migrate dev --name mephisto']
  return [...dev, `  npx mephisto migrate --baseline ${at}`, 'Run the last one wherever you deploy too, behind npx prisma migrate deploy and ahead of your app: it records the tables and brings old rows up to date.']
}

function prismaDbOptions(prefix: string, schema: string | undefined): string {
  return [...(prefix === DEFAULT_PREFIX ? [] : [`prefix: '${prefix}'`]), ...(schema === undefined ? [] : [`schema: ${JSON.stringify(schema)}`])].join(', ')
}

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { renderFragment, wholeSchema } from './render.js'

/** The databases that tests have a generated client for. */
export const CLIENT_DIALECTS = ['sqlite', 'postgresql', 'mysql'] as const
type ClientDialect = (typeof CLIENT_DIALECTS)[number]

const generated = fileURLToPath(new URL('../../test/generated/', import.meta.url))
const lock = join(generated, '.lock')
const require = createRequire(import.meta.url)

/** A run that was killed leaves its lock behind; no run takes so long. */
const STALE_MS = 120_000

const generatorBlock = (folder: string): string => `generator client {
  provider               = "prisma-client"
  output                 = "${folder}"
  compilerBuild          = "small"
  runtime                = "nodejs"
  moduleFormat           = "esm"
  generatedFileExtension = "ts"
  importFileExtension    = "js"
}

`

/**
 * Makes the clients in test/generated that are missing or out of date, offline, as a host's own `prisma generate` would
 * from our fragments. Processes that call it at once take turns, and none sees half a client. Throws with Prisma's output
 * when it fails.
 */
export async function generateClients(): Promise<void> {
  if (CLIENT_DIALECTS.every(isUpToDate)) return
  mkdirSync(generated, { recursive: true })
  while (!takeLock()) await pause(100)
  try {
    await Promise.all(CLIENT_DIALECTS.filter(dialect => !isUpToDate(dialect)).map(generateClient))
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function takeLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > STALE_MS) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

/** The hash is written last and moves with the folder: where it fits, the client is whole. */
const hashFile = (folder: string): string => join(folder, '.hash')

function isUpToDate(dialect: ClientDialect): boolean {
  const file = hashFile(join(generated, dialect))
  return existsSync(file) && readFileSync(file, 'utf8') === hashOf(dialect)
}

/** Everything that a client depends on: the models, Prisma's version, this script. */
function hashOf(dialect: ClientDialect): string {
  const { version } = prismaPackage()
  const script = readFileSync(fileURLToPath(import.meta.url), 'utf8')
  return createHash('sha256').update([renderFragment(dialect), version, script].join('\0')).digest('hex')
}

async function generateClient(dialect: ClientDialect): Promise<void> {
  const draft = `draft-${dialect}`
  const schemaFile = join(generated, `${draft}.prisma`)
  const draftFolder = join(generated, draft)
  try {
    writeFileSync(schemaFile, wholeSchema(dialect, renderFragment(dialect), { generator: generatorBlock(`./${draft}`) }))
    await runPrisma(['generate', '--schema', schemaFile])
    writeFileSync(hashFile(draftFolder), hashOf(dialect))
    rmSync(join(generated, dialect), { recursive: true, force: true })
    renameSync(draftFolder, join(generated, dialect))
  } finally {
    rmSync(schemaFile, { force: true })
    rmSync(draftFolder, { recursive: true, force: true })
  }
}

/**
 * Runs the Prisma command in a folder, offline; fails with its output. `generate` works in WebAssembly; it only wants the
 * engine variable to name something executable, or it downloads one.
 */
export async function runPrisma(args: readonly string[], cwd = process.cwd()): Promise<void> {
  const { folder, bin } = prismaPackage()
  const child = spawn(process.execPath, [join(folder, bin.prisma), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: existsSync('/bin/false') ? '/bin/false' : process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => { output += String(chunk) })
  const status = await new Promise<number | null>((resolve, reject) => { child.once('error', reject).once('close', resolve) })
  if (status !== 0) throw new Error(`prisma ${args.join(' ')} failed:\n${output}`)
}

function prismaPackage(): { readonly folder: string; readonly version: string; readonly bin: { readonly prisma: string } } {
  const file = require.resolve('prisma/package.json')
  const { version, bin } = JSON.parse(readFileSync(file, 'utf8')) as { version: string; bin: { prisma: string } }
  return { folder: dirname(file), version, bin }
}

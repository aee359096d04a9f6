import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TEMPLATE_FILE, wholeSchema } from './render.js'

const generated = fileURLToPath(new URL('../../prisma/generated/', import.meta.url))
const output = join(generated, 'sqlite')
const hashFile = join(output, '.hash')
const require = createRequire(import.meta.url)

/** `compilerBuild = "small"` starts in half the time of the default and is no slower. */
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
 * A hash over everything that the generated files depend on: the template, Prisma's version, these scripts.
 *
 * @param files the texts of the committed generated files, so that a change by hand is noticed too
 */
export function generationHash(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of [prismaVersion(), ...sources(), ...files]) hash.update(text).update('\0')
  return hash.digest('hex')
}

/** True when the client in prisma/generated was made from what {@link generationHash} hashed. */
export function isGenerated(hash: string): boolean {
  return existsSync(hashFile) && readFileSync(hashFile, 'utf8') === hash
}

/**
 * Generates the SQLite client with the Prisma command line, offline. The folder appears all at once, so that processes
 * which generate or import at the same time see a whole client. Throws with Prisma's output when it fails.
 */
export function generateClient(fragment: string, hash: string): void {
  const draft = `draft-${String(process.pid)}`
  const schemaFile = join(generated, `${draft}.prisma`)
  const draftFolder = join(generated, draft)
  mkdirSync(generated, { recursive: true })
  try {
    writeFileSync(schemaFile, wholeSchema('sqlite', fragment, generatorBlock(`./${draft}`)))
    runPrisma(['generate', '--schema', schemaFile])
    forgetDraftName(join(draftFolder, 'internal/class.ts'), draft)
    writeFileSync(join(draftFolder, '.hash'), hash)
    rmSync(output, { recursive: true, force: true })
    renameSync(draftFolder, output)
  } finally {
    rmSync(schemaFile, { force: true })
    rmSync(draftFolder, { recursive: true, force: true })
  }
}

/** The client quotes its schema, output folder included; without the draft's name two builds are the same. */
function forgetDraftName(file: string, draft: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(draft, 'sqlite'))
}

/** `generate` works in WebAssembly; it only wants the engine variable to name something executable, or it downloads one. */
function runPrisma(args: readonly string[]): void {
  const packageFile = require.resolve('prisma/package.json')
  const { bin } = JSON.parse(readFileSync(packageFile, 'utf8')) as { bin: { prisma: string } }
  const run = spawnSync(process.execPath, [join(dirname(packageFile), bin.prisma), ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: existsSync('/bin/false') ? '/bin/false' : process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  })
  if (run.status !== 0) throw new Error(`prisma ${args.join(' ')} failed:\n${run.stdout}${run.stderr}`, { cause: run.error })
}

function prismaVersion(): string {
  return (JSON.parse(readFileSync(require.resolve('prisma/package.json'), 'utf8')) as { version: string }).version
}

function sources(): string[] {
  const scripts = ['render.ts', 'dmmf.ts', 'ddl.ts', 'client.ts'].map(name => new URL(name, import.meta.url))
  return [TEMPLATE_FILE, ...scripts].map(file => readFileSync(file, 'utf8'))
}

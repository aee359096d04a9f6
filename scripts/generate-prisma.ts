/**
 * Makes everything that comes from prisma/models.tpl.prisma: the models a user adds to their own schema
 * (prisma/fragments), the newest snapshot of the template and the migrations between snapshots (prisma/ddl). Released
 * migrations are verified, never written. The clients that tests use (test/generated) are not committed.
 *
 *     tsx scripts/generate-prisma.ts             write what is missing or out of date
 *     tsx scripts/generate-prisma.ts --check     write nothing; exit with 1 when a committed file is out of date
 *     tsx scripts/generate-prisma.ts --clients   make the clients of the tests, where they are missing or out of date
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DIALECTS } from '../prisma/dialect.js'
import { committedFiles } from './prisma/committed.js'
import { generateClients } from './prisma/client.js'
import { readTemplate } from './prisma/render.js'
import { readSnapshots } from './prisma/snapshots.js'

const root = new URL('../', import.meta.url)
const FOLDERS = ['prisma/fragments', 'prisma/ddl/models', ...DIALECTS.map(dialect => `prisma/ddl/${dialect}`)]

function generateCommitted(checkOnly: boolean): void {
  const { files, frozen, problems } = committedFiles(readTemplate(), readSnapshots(root))
  problems.forEach(fail)
  for (const [path, text] of files) {
    if (readIfThere(path) === text) continue
    if (frozen.has(path)) fail(`${path} is released and was changed or removed. Get it back: git checkout -- ${path}`)
    else if (checkOnly) fail(`${path} does not fit prisma/models.tpl.prisma. Run: npx tsx scripts/generate-prisma.ts, and commit the result.`)
    else if (problems.length === 0) write(path, text)
  }
  for (const path of listed().filter(path => !files.has(path) && !path.startsWith('prisma/ddl/models/'))) {
    if (checkOnly) fail(`${path} has no snapshot in prisma/ddl/models. Run: npx tsx scripts/generate-prisma.ts, and commit the result.`)
    else if (problems.length === 0) remove(path)
  }
}

/** The files in our folders, from the root. */
function listed(): string[] {
  return FOLDERS.flatMap(folder => {
    try {
      return readdirSync(new URL(folder, root)).sort().map(name => `${folder}/${name}`)
    } catch {
      return []
    }
  })
}

function fail(sentence: string): void {
  process.exitCode = 1
  console.error(sentence)
}

function write(path: string, text: string): void {
  const file = fileURLToPath(new URL(path, root))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`wrote ${path}`)
}

function remove(path: string): void {
  rmSync(new URL(path, root))
  console.log(`removed ${path}`)
}

function readIfThere(path: string): string {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    return ''
  }
}

if (process.argv.includes('--clients')) await generateClients()
else generateCommitted(process.argv.includes('--check'))

/**
 * Makes everything that comes from prisma/models.tpl.prisma: the models a user adds to their own schema
 * (prisma/fragments), the first migration of a fresh database (prisma/ddl) and the client of the built-in database
 * (prisma/generated, not committed).
 *
 *     tsx scripts/generate-prisma.ts           write what is missing or out of date
 *     tsx scripts/generate-prisma.ts --check   write nothing; exit with 1 when a committed file is out of date
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateClient, generationHash, isGenerated } from './prisma/client.js'
import { renderFragment, wholeSchema } from './prisma/render.js'

const root = new URL('../', import.meta.url)
const FRAGMENT = 'prisma/fragments/mephisto.sqlite.prisma'
const DDL = 'prisma/ddl/sqlite/0001_initial.json'

await main(process.argv.includes('--check'))

async function main(checkOnly: boolean): Promise<void> {
  const hash = generationHash([FRAGMENT, DDL].map(readIfThere))
  if (!checkOnly && isGenerated(hash)) return
  const fragment = renderFragment('sqlite')
  const committed = new Map([[FRAGMENT, fragment], [DDL, await firstMigration(fragment)]])
  for (const [path, text] of committed) {
    if (readIfThere(path) === text) continue
    if (checkOnly) fail(path)
    else write(path, text)
  }
  if (!checkOnly) generateClient(fragment, generationHash([...committed.values()]))
}

async function firstMigration(fragment: string): Promise<string> {
  const { createStatements } = await import('./prisma/ddl.js')
  const { readDatamodel } = await import('./prisma/dmmf.js')
  const statements = createStatements('sqlite', readDatamodel(wholeSchema('sqlite', fragment)))
  return `${JSON.stringify({ name: '0001_initial', statements }, null, 2)}\n`
}

function fail(path: string): void {
  process.exitCode = 1
  console.error(`${path} does not fit prisma/models.tpl.prisma. Run: npx tsx scripts/generate-prisma.ts, and commit the result.`)
}

function write(path: string, text: string): void {
  const file = fileURLToPath(new URL(path, root))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`wrote ${path}`)
}

function readIfThere(path: string): string {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    return ''
  }
}

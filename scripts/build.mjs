// Builds the package and the examples when a source has changed since the last build. `--force` builds always.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STAMP = join(ROOT, 'dist/.sources')
const SOURCES = ['sdk', 'adapters', 'react', 'prisma', 'examples', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'tsup.config.ts', 'tsup.examples.config.ts']
const MADE = new Set(['dist', 'data', 'node_modules'])

/** A hash over every file that the build reads. */
function sourcesHash() {
  const hash = createHash('sha256')
  const add = path => {
    const entries = readdirSync(join(ROOT, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory()) MADE.has(entry.name) || add(inner)
      else hash.update(`${inner}\0`).update(readFileSync(join(ROOT, inner)))
    }
  }
  for (const path of SOURCES) {
    if (path.includes('.')) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)))
    else add(path)
  }
  return hash.digest('hex')
}

/** True when the build is there and made from the sources as they are. */
export function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourcesHash()
}

function step(name, args) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) {
    process.stderr.write(`${name} failed:\n${stdout}${stderr}`)
    process.exit(1)
  }
  process.stderr.write(`  ${name} ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
}

/** Builds everything, quietly; a step that fails prints its output and ends the process. */
export function build() {
  process.stderr.write('Building (once; later starts skip this)\n')
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
  step('package', ['node_modules/tsup/dist/cli-default.js'])
  step('types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
  step('examples', ['node_modules/tsup/dist/cli-default.js', '--config', 'tsup.examples.config.ts'])
  writeFileSync(STAMP, sourcesHash())
}

if (process.argv[1] === fileURLToPath(import.meta.url) && (process.argv.includes('--force') || !isBuilt())) build()

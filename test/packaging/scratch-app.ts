import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ensureBuilt, pack, type Packed } from './ensure-built.js'
import { printed, ROOT, run, type Outcome } from './run-tool.js'

/** An app in a temporary folder, in which the packed package is installed as npm installs it. */
export interface ScratchApp {
  readonly folder: string
  /** The packed package, and what npm says about it. */
  readonly tarball: string
  readonly packed: Packed
  read(path: string): string
  write(path: string, text: string): void
  /** Copies a file or folder of test/packaging into the app. */
  bring(path: string, as?: string): void
  /** Runs an installed command as its user does: `npx …`. Nothing is downloaded. */
  npx(...words: string[]): Outcome
  /** Removes what was written since the packages were installed. */
  clear(): void
  remove(): void
}

/** npm and npx as a user's shell starts them, not as the npm that runs these tests does. */
const ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

/** Makes an app that has this package and nothing else yet. @default parent the folder of temporary files */
export async function makeScratchApp(parent = tmpdir()): Promise<ScratchApp> {
  await ensureBuilt()
  const outer = mkdtempSync(join(parent, 'mephisto-app-'))
  const folder = join(outer, 'app')
  const packed = pack(['--pack-destination', outer])
  const tarball = join(outer, packed.filename)
  const app: ScratchApp = {
    folder, tarball, packed,
    read: path => readFileSync(join(folder, path), 'utf8'),
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    bring: (path, as = path) => { cpSync(join(ROOT, 'test/packaging', path), join(folder, as), { recursive: true }) },
    npx: (...words) => run('npx', words, { cwd: folder, env: { ...ENVIRONMENT, npm_config_offline: 'true', npm_config_yes: 'false' } }),
    clear: () => {
      for (const name of readdirSync(folder)) if (name !== 'node_modules' && name !== 'package.json') rmSync(join(folder, name), { recursive: true })
    },
    remove: () => { rmSync(outer, { recursive: true, force: true }) },
  }
  app.write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }))
  install(tarball, join(folder, 'node_modules'))
  return app
}

function install(tarball: string, modules: string): void {
  const target = join(modules, 'mephisto-sdk')
  mkdirSync(target, { recursive: true })
  printed(run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']))
  const { bin } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as { bin: Readonly<Record<string, string>> }
  mkdirSync(join(modules, '.bin'))
  for (const [name, file] of Object.entries(bin)) {
    chmodSync(join(target, file), 0o755)
    symlinkSync(join('../mephisto-sdk', file), join(modules, '.bin', name))
  }
}

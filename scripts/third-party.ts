import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundled } from './bundled.js'

/** Licences that let us pass on what is bundled, with their notices. */
const ALLOWED = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0'])

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

/**
 * The notices of the packages whose code is in our bundles, as their licences ask of whoever passes it on.
 * @throws Error for a package with another licence, or whose notice is not in it
 */
export function thirdPartyNotices(bundles: readonly Pick<Bundled, 'metafile'>[], root: string): string {
  const folders = new Set(bundles.flatMap(({ metafile }) => Object.values(metafile.outputs)).flatMap(({ inputs }) => Object.keys(inputs)).flatMap(path => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []))
  const notices = [...folders].map(folder => noticeOf(join(root, folder))).sort()
  return `Packages whose code is bundled into files of this package, with their licences.\n\n${[...new Set(notices)].join('\n\n')}\n`
}

function noticeOf(folder: string): string {
  const { name, version, license = 'none' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  if (!license.split(/ and /i).every(one => ALLOWED.has(one))) throw new Error(`${name} is bundled, and its licence is ${license}`)
  const file = readdirSync(folder).find(one => /^licen[cs]e/i.test(one))
  if (file === undefined) throw new Error(`${name} is bundled, and has no file with its licence`)
  return `## ${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}`
}

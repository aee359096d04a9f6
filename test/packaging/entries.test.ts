import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { entries } from '../../tsup.config.js'
import { ensureBuilt, pack } from './ensure-built.js'
import { ROOT } from './run-tool.js'

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest
const code: Readonly<Record<string, string>> = { ...entries.server, ...entries.browser }
const styles: Readonly<Record<string, string>> = entries.styles
const bin: Readonly<Record<string, string>> = entries.bin
const built = (source: string) => `./dist/${source.replace(/\.tsx?$/, '')}`
const filesIn = (target: string | Readonly<Record<string, string>>) => (typeof target === 'string' ? [target] : Object.values(target))

beforeAll(ensureBuilt)

describe('package.json and tsup.config.ts', () => {
  test('list the same entries', () => {
    expect(Object.keys(manifest.exports).sort()).toEqual([...Object.keys(code), ...Object.keys(styles), './package.json'].sort())
  })

  test.each(Object.entries(code))('%s has its types and one default', (name, source) => {
    expect(manifest.exports[name]).toEqual({ types: `${built(source)}.d.ts`, default: `${built(source)}.js` })
    expect(Object.keys(manifest.exports[name] ?? {})).toEqual(['types', 'default'])
  })

  test.each(Object.entries(styles))('%s is a style sheet', (name, source) => {
    expect(manifest.exports[name]).toEqual({ types: `./dist/${source}.d.ts`, default: `./dist/${source}` })
  })

  test('name the same command', () => {
    expect(manifest.bin).toEqual(Object.fromEntries(Object.entries(bin).map(([name, source]) => [name, `${built(source)}.js`])))
  })
})

describe('the build', () => {
  const targets = [...Object.values(manifest.exports).flatMap(filesIn), ...Object.values(manifest.bin)]

  test('has every file that package.json names', () => {
    expect(targets.filter(target => !existsSync(join(ROOT, target)))).toEqual([])
  })

  test('is packed with every file that package.json names, and with nothing of the workshop', () => {
    const packed = pack(['--dry-run']).files.map(file => `./${file.path}`)
    expect(targets.filter(target => !packed.includes(target))).toEqual([])
    expect(packed.filter(path => /\/(test|examples|scripts|node_modules)\/|\.(db|env|tgz)$|\/\.[^/]+$/.test(path))).toEqual([])
  })

  test.each(['./react', './react/console', './react/review', './react/review/arabic'])("%s begins with 'use client'", name => {
    const [file] = filesIn(manifest.exports[name] ?? {}).filter(path => path.endsWith('.js'))
    const [line] = readFileSync(join(ROOT, file ?? ''), 'utf8').split('\n')
    expect(line).toMatch(/^['"]use client['"];?$/)
  })

  test('the command can be started', () => {
    expect(readFileSync(join(ROOT, manifest.bin['mephisto'] ?? ''), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './run-tool.js'

/** Most lines of code of one host's adapter; the shared Node bridge (`node-request.ts`) is not a host. */
const MOST_LINES = 80

function codeLines(source: string): number {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  return withoutComments.split('\n').filter(line => line.trim() !== '').length
}

test('counts lines of code, not comments or blank lines', () => {
  expect(codeLines('/**\n * Doc.\n */\n\nconst a = 1\n// why\nconst b = 2\n')).toBe(2)
})

test.each(['express', 'fastify', 'fetch', 'local', 'next', 'node'])(`the adapter of %s stays within ${String(MOST_LINES)} lines of code`, host => {
  const lines = codeLines(readFileSync(join(ROOT, `adapters/${host}.ts`), 'utf8'))
  expect(lines).toBeGreaterThan(0)
  expect(lines).toBeLessThanOrEqual(MOST_LINES)
})

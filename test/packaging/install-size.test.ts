import { beforeAll, expect, test } from 'vitest'
import { bytesOf, NEEDS } from './installed-packages.js'
import { makeScratchApp, type ScratchApp } from './scratch-app.js'

/**
 * What a user's disk needs, MB: the files' own sizes, as they were when this was last looked at. The README tells them;
 * a fifth more fails here. npm also installs TypeScript (30 MB) where an app has none: tRPC names it as a peer.
 */
const MEGABYTES = {
  'the package, packed': 1.32,
  'the package': 5.2,
  'with its dependencies, Node 22.16 and later (npm install --omit=optional)': 18.9,
  'with its dependencies and libsql, Node 20': 38.6,
  'and pg': 39.1,
  'and mysql2': 42.5,
}
const SLACK = 1.2

let app: ScratchApp
beforeAll(async () => {
  app = await makeScratchApp()
  return app.remove
})

test('an install stays small', () => {
  const { size, unpackedSize } = app.packed
  const withPackages = (...names: string[]): number => unpackedSize + bytesOf([...NEEDS.always, ...names])
  const bytes: Record<keyof typeof MEGABYTES, number> = {
    'the package, packed': size,
    'the package': unpackedSize,
    'with its dependencies, Node 22.16 and later (npm install --omit=optional)': withPackages(),
    'with its dependencies and libsql, Node 20': withPackages(...NEEDS.optional),
    'and pg': withPackages(...NEEDS.optional, 'pg'),
    'and mysql2': withPackages(...NEEDS.optional, 'mysql2'),
  }
  const measured = Object.entries(bytes).map(([what, count]) => ({ what, megabytes: count / 1e6, most: MEGABYTES[what as keyof typeof MEGABYTES] * SLACK }))
  for (const { what, megabytes, most } of measured) console.log(`${what}: ${megabytes.toFixed(2)} of at most ${most.toFixed(2)} MB`)
  expect(measured.filter(({ megabytes, most }) => megabytes > most)).toEqual([])
})

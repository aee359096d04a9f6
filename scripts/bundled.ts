import { buildSync, type BuildOptions, type BuildResult } from 'esbuild'

/** What was made of a page's sources. */
export type Bundled = BuildResult<{ readonly write: false; readonly metafile: true }>

/** Rules are written in each other, which browsers before 2024 do not read. */
const UNNESTED = { nesting: false }

/** A style sheet as the package has it: with what it imports. */
export function styleSheet(path: string): string {
  return buildSync({ entryPoints: [path], bundle: true, charset: 'utf8', supported: UNNESTED, write: false }).outputFiles[0]?.text ?? ''
}

/** A style sheet for a shadow tree, in which there is no `:root`. */
export function shadowStyleSheet(path: string): string {
  return styleSheet(path).replaceAll(':root ', ':host ')
}

/** Bundles a page for the browser, in memory, with what it is made of. */
export function bundled(options: BuildOptions): Bundled {
  return buildSync({ bundle: true, minify: true, platform: 'browser', target: 'es2022', charset: 'utf8', legalComments: 'none', supported: UNNESTED, ...options, metafile: true, write: false })
}

import { buildSync, type BuildOptions, type BuildResult } from 'esbuild'

/** What was made of a page's sources. */
export type Bundled = BuildResult<{ readonly write: false; readonly metafile: true }>

/** Bundles a page for the browser, in memory, with what it is made of. */
export function bundled(options: BuildOptions): Bundled {
  return buildSync({ bundle: true, minify: true, platform: 'browser', target: 'es2022', charset: 'utf8', legalComments: 'none', ...options, metafile: true, write: false })
}

import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bundled, type Bundled } from './bundled.js'

/** The ready-made console (`react/console/main.tsx`), bundled. */
export function bundledConsole(): Bundled {
  return bundled({
    entryPoints: [fileURLToPath(new URL('../react/console/main.tsx', import.meta.url))],
    format: 'esm', splitting: true, jsx: 'automatic', outdir: '/', entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', define: { 'process.env.NODE_ENV': '"production"' },
  })
}

/** Its files as `sdk/http/console-files.ts` reads them: the build and the test runner put this text into the library. A value would become a module that everything loads. */
export function consoleText({ outputFiles } = bundledConsole()): string {
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents, { level: 9 }).toString('base64')]))
  // Others, such as languages, are loaded by the script when they are needed.
  const named = (ending: string): string => Object.keys(files).find(name => name.startsWith('main-') && name.endsWith(ending)) ?? ''
  return JSON.stringify({ script: named('.js'), style: named('.css'), files })
}

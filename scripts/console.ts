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
  const script = named('.js')
  const text = outputFiles.find(({ path }) => basename(path) === script)?.text ?? ''
  // What the script cannot begin without: named in the page, it is fetched beside the script and not after it.
  const parts = [...text.matchAll(/\bfrom"\.\/([\w-]+\.js)"/g)].map(([, name]) => name ?? '').filter(name => Object.hasOwn(files, name))
  return JSON.stringify({ script, style: named('.css'), parts, files })
}

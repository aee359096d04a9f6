import { buildSync } from 'esbuild'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** The ready-made console (`react/console/main.tsx`), bundled, as `sdk/http/console-files.ts` declares it: the build and the test runner put it into the library. */
export function consoleFiles(): { readonly script: string; readonly style: string; readonly files: Readonly<Record<string, string>> } {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../react/console/main.tsx', import.meta.url))],
    bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', jsx: 'automatic', charset: 'utf8', legalComments: 'none', write: false,
    outdir: '/', entryNames: '[name]-[hash]', define: { 'process.env.NODE_ENV': '"production"' },
  })
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents, { level: 9 }).toString('base64')]))
  const named = (ending: string): string => Object.keys(files).find(name => name.endsWith(ending)) ?? ''
  return { script: named('.js'), style: named('.css'), files }
}

import { buildSync } from 'esbuild'
import { fileURLToPath } from 'node:url'

/** The script that HTML pages load (`sdk/task-page`), bundled: the build and the test runner put it into the library as a text. */
export function taskPageText(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../sdk/task-page/main.ts', import.meta.url))],
    bundle: true, minify: true, format: 'iife', platform: 'browser', target: 'es2022', charset: 'utf8', write: false, loader: { '.css': 'text' },
  })
  return outputFiles[0]?.text ?? ''
}

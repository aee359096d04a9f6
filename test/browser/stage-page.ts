import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { StageOptions } from '../sessions-stage.js'

/** A page as a stage serves it at `/work`, bundled, with the style sheets that it names. Only in development React's StrictMode does all twice. */
export function stagePage(entry: URL, styles: readonly string[] = ['react/task.css'], mode: 'production' | 'development' = 'production'): NonNullable<StageOptions['page']> {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(entry)], bundle: true, format: 'esm', splitting: true, outdir: '/', platform: 'browser', target: 'es2022', jsx: 'automatic', write: false,
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
  })
  const style = styles.map(sheet => buildSync({ entryPoints: [fileURLToPath(new URL(`../../${sheet}`, import.meta.url))], bundle: true, write: false }).outputFiles[0]?.text ?? '').join('\n')
  const script = `/${basename(entry.pathname).replace(/\.tsx$/, '.js')}`
  const html = `<!doctype html><html lang="en"><title>Work</title><meta name="viewport" content="width=device-width"><style>${style}</style><body><script type="module" src="${script}"></script></body></html>`
  return path => path === '/work' ? { type: 'text/html; charset=utf-8', text: html } : { type: 'text/javascript', text: outputFiles.find(file => file.path === path)?.text ?? '' }
}

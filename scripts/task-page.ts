import { fileURLToPath } from 'node:url'
import { bundled, shadowStyleSheet, type Bundled } from './bundled.js'

/** The script that HTML pages load (`sdk/task-page`), bundled. */
export function bundledTaskPage(): Bundled {
  return bundled({ entryPoints: [fileURLToPath(new URL('../sdk/task-page/main.ts', import.meta.url))], format: 'iife', define: { MEPHISTO_TASK_CSS: JSON.stringify(shadowStyleSheet(fileURLToPath(new URL('../react/page.css', import.meta.url)))) } })
}

/** Its text: the build and the test runner put it into the library. */
export function taskPageText({ outputFiles } = bundledTaskPage()): string {
  return outputFiles[0]?.text ?? ''
}

import { defineConfig } from 'vitest/config'
import { consoleText } from './scripts/console.js'
import { taskPageText } from './scripts/task-page.js'

const DEFINED = { MEPHISTO_TASK_PAGE: JSON.stringify(taskPageText()), MEPHISTO_CONSOLE: JSON.stringify(consoleText()) }

const project = (name: string, include: readonly string[], timeout: number) => ({
  // Each project takes what it is given out of its object.
  define: { ...DEFINED },
  test: { name, include: [...include], testTimeout: timeout, hookTimeout: timeout, environment: 'node', globalSetup: ['test/generated-clients.ts'], expect: { poll: { timeout: 15_000 } } },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/unit/**/*.test.tsx'], 20_000),
      project('contract', ['test/contract/**/*.test.ts'], 60_000),
      project('integration', ['test/integration/**/*.test.ts', 'test/scenarios/**/*.test.ts'], 120_000),
      project('browser', ['test/browser/**/*.test.ts'], 180_000),
      project('packaging', ['test/packaging/**/*.test.ts'], 180_000),
    ],
  },
})

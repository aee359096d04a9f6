import { writeFileSync } from 'node:fs'
import { defineConfig } from 'tsup'
import { styleSheet } from './scripts/bundled.js'
import { bundledConsole, consoleText } from './scripts/console.js'
import { bundledTaskPage, taskPageText } from './scripts/task-page.js'
import { thirdPartyNotices } from './scripts/third-party.js'

/** The package's entries: export path → source. `package.json` must list the same; a test compares them. */
export const entries = {
  server: {
    '.': 'sdk/index.ts',
    './chat': 'sdk/blueprints/chat/index.ts',
    './data': 'sdk/data/index.ts',
    './express': 'adapters/express.ts',
    './fastify': 'adapters/fastify.ts',
    './fetch': 'adapters/fetch.ts',
    './files': 'sdk/files/index.ts',
    './html': 'sdk/blueprints/html/index.ts',
    './inhouse': 'sdk/providers/inhouse.ts',
    './local': 'adapters/local.ts',
    './mock': 'sdk/providers/mock.ts',
    './next': 'adapters/next.ts',
    './node': 'adapters/node.ts',
    './prisma': 'prisma/index.ts',
    './embedded': 'prisma/embedded.ts',
    './postgres': 'prisma/postgres.ts',
    './mysql': 'prisma/mysql.ts',
    './opentelemetry': 'sdk/telemetry/open-telemetry.ts',
    './prometheus': 'sdk/telemetry/prometheus.ts',
    './redis': 'adapters/redis.ts',
    './s3': 'adapters/s3.ts',
    './testing': 'sdk/testing/index.ts',
    './ws': 'adapters/ws.ts',
  },
  browser: {
    './blueprint': 'sdk/blueprints/index.ts',
    './client': 'sdk/client/index.ts',
    './react': 'react/index.ts',
    './react/chat': 'react/chat/index.ts',
    './react/live': 'react/live/index.ts',
    './react/form': 'react/form/index.ts',
    './react/remarks': 'react/remarks/index.ts',
    './react/review': 'react/review/index.ts',
    './react/review/arabic': 'react/review/texts/arabic.ts',
    './react/console': 'react/console/index.ts',
  },
  /** Style sheets. */
  styles: {
    './react/chat.css': 'react/chat/chat.css',
    './react/console.css': 'react/console/console.css',
    './react/form.css': 'react/form/form.css',
    './react/remarks.css': 'react/remarks/remarks.css',
    './react/task.css': 'react/task.css',
    './react/review.css': 'react/review/review.css',
  },
  bin: { mephisto: 'sdk/cli/main.ts' },
} as const

const named = (sources: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.values(sources).map(source => [source.replace(/\.tsx?$/, ''), source]))

const shared = { format: ['esm' as const], outDir: 'dist', splitting: true, treeshake: true, dts: false, clean: false, sourcemap: false, silent: true }

const [taskPage, console] = [bundledTaskPage(), bundledConsole()]

export default defineConfig([
  {
    ...shared,
    entry: named({ ...entries.server, ...entries.bin }),
    platform: 'node',
    target: 'node20',
    define: { MEPHISTO_TASK_PAGE: JSON.stringify(taskPageText(taskPage)), MEPHISTO_CONSOLE: JSON.stringify(consoleText(console)) },
  },
  {
    ...shared,
    entry: named(entries.browser),
    platform: 'browser',
    target: 'es2022',
    // Rollup's tree shaking would drop the 'use client' directive of the React entries.
    treeshake: false,
    onSuccess: async () => {
      for (const sheet of Object.values(entries.styles)) {
        writeFileSync(`dist/${sheet}`, styleSheet(sheet))
        // TypeScript 6 and later ask for types of a style sheet that is imported for its effect.
        writeFileSync(`dist/${sheet}.d.ts`, 'export {}\n')
      }
      // Of the entries too: what they bundle is in the console.
      writeFileSync('dist/THIRD-PARTY-NOTICES.txt', thirdPartyNotices([taskPage, console], '.'))
      return Promise.resolve()
    },
  },
])

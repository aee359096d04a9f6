import { parseArgs } from 'node:util'

/** What `npm start` can be told. */
export interface ServerOptions {
  /** Port to listen on; 0 takes any free one. */
  readonly port: number
  /** Folder of the database, the password and the secret. */
  readonly data: string
  /** Begin with an empty database. */
  readonly fresh: boolean
}

/** What the words after the command mean: run with options, show the help, or a sentence about what is wrong. */
export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: ServerOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }

/** The text of `--help`. */
export const HELP = `Starts the example: a host app of its own, with people's work mounted into it.

  npm start -- [options]

  --port <number>   port to listen on (default 3000; 0 takes any free one)
  --data <folder>   where the database, the password and the secret are kept
                    (default: the folder "data" beside the example)
  --fresh           delete the example's database first and launch a new run
  --help            show this`

/** Reads the command line. Never throws and never ends the process. */
export function parseOptions(words: readonly string[], defaultData: string): ParsedOptions {
  let values: { port?: string; data?: string; fresh?: boolean; help?: boolean }
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        port: { type: 'string' }, data: { type: 'string' }, fresh: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
      },
    }))
  } catch (error) {
    const [reason = 'The options cannot be read.'] = (error instanceof Error ? error.message : String(error)).split(/(?<=\.) |\n/)
    return { kind: 'wrong', message: `${reason.replace(/\.$/, '')}. Try --help.` }
  }
  if (values.help === true) return { kind: 'help' }
  const { port = '3000', data = defaultData, fresh = false } = values
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { kind: 'wrong', message: `--port must be a number from 0 to 65535, not "${port}".` }
  }
  if (data.trim() === '') return { kind: 'wrong', message: '--data must name a folder.' }
  return { kind: 'run', options: { port: Number(port), data, fresh } }
}

import type { Command } from 'commander'
import { MephistoError } from '../errors.js'
import { launchOptions, type LaunchOption } from '../operations/launch-option-list.js'
import { painterFor } from './colours.js'
import type { CliStreams } from './streams.js'

/** `options`: what a launch can be told. */
export function addOptionsCommand(program: Command, { stdout }: CliStreams): void {
  program.command('options').description('List the options of a launch, for a run file (see mephisto launch): type, default, bounds and what each is for.')
    .argument('[name]', 'only this one, and its parts')
    .option('--json', 'one JSON object a line')
    .action((name: string | undefined, { json }: { readonly json?: true }) => {
      const paint = painterFor(stdout)
      for (const option of named(launchOptions(), name)) stdout.write(json ? `${JSON.stringify(option)}\n` : `${paint('bold', option.name)}  ${factsOf(option)}\n    ${option.description}\n`)
    })
}

/** @throws MephistoError `not_found` for a name that no option has */
function named(options: readonly LaunchOption[], name: string | undefined): readonly LaunchOption[] {
  if (name === undefined) return options
  const found = options.filter(option => option.name === name || option.name.startsWith(`${name}.`))
  if (found.length > 0) return found
  throw new MephistoError('not_found', `A launch has no option "${name}". Leave the name out to see all of them.`)
}

function factsOf({ type, isRequired, default: usual, bounds }: LaunchOption): string {
  const standing = isRequired ? 'must be given' : usual === undefined ? null : `default ${JSON.stringify(usual)}`
  return [type, bounds, standing].filter(fact => fact !== null).join('; ')
}

import type { Argument, Command, Option } from 'commander'

/** A word that could be meant, and what it says. */
export interface Candidate {
  readonly value: string
  readonly description: string
}

/** What can stand where the cursor is. */
export interface Wanted {
  /** What is known without looking anywhere. */
  readonly candidates: readonly Candidate[]
  /** What the value is, by the name of its option or argument; null where it is no value of a name. */
  readonly name: string | null
  /** The names of the commands, from the first on. */
  readonly commands: readonly string[]
  /** The values of the options that were typed, by attribute. */
  readonly given: ReadonlyMap<string, readonly string[]>
  /** What was typed of the word. */
  readonly typed: string
  /** What candidates begin with that are not of the value: `--option=`. */
  readonly lead: string
}

/** What can stand where the last word is, from the tree of commands. Pure. */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const typed = words.at(-1) ?? ''
  const commands: string[] = []
  const given = new Map<string, string[]>()
  let [command, positions, waiting, isOnlyValues]: [Command, number, Option | null, boolean] = [program, 0, null, false]
  const note = (option: Option, value: string): void => { given.set(option.attributeName(), [...given.get(option.attributeName()) ?? [], value]) }
  for (const word of words.slice(0, -1)) {
    const [flag = '', ...inline] = word.split('=')
    if (waiting && (!word.startsWith('-') || !waiting.variadic)) {
      note(waiting, word)
      if (!waiting.variadic) waiting = null
    } else if (word === '--') isOnlyValues = true
    else if (word.startsWith('-') && !isOnlyValues) {
      const option = optionsOf(command).find(one => one.long === flag || one.short === flag)
      waiting = option && takesValue(option) && inline.length === 0 ? option : null
      if (option && !waiting) note(option, inline.join('='))
    } else {
      waiting = null
      const inner: Command | undefined = positions === 0 ? command.commands.find(one => one.name() === word || one.aliases().includes(word)) : undefined
      if (inner) {
        command = inner
        commands.push(inner.name())
      } else positions += 1
    }
  }
  const common = { commands, given, typed, lead: '' }
  if (waiting && (!typed.startsWith('-') || !waiting.variadic)) return { ...common, candidates: choicesOf(waiting), name: nameOf(waiting) }
  if (typed.startsWith('-') && !isOnlyValues) {
    const [flag = ''] = typed.split('=')
    const inline = typed.includes('=') ? optionsOf(command).find(one => one.long === flag) : undefined
    if (inline) return { ...common, candidates: choicesOf(inline), name: nameOf(inline), lead: `${flag}=` }
    return { ...common, candidates: flagsOf(command, given), name: null }
  }
  const argument = argumentAt(command, positions)
  return {
    ...common, name: argument?.name() ?? null,
    candidates: [...(positions === 0 ? commandsOf(command) : []), ...(argument ? choicesOf(argument) : [])],
  }
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

function nameOf(option: Option): string {
  return (option.long ?? '').replace(/^--/, '')
}

/** Where no inner command was typed, a list is meant: its options are the group's. */
function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.find(inner => inner.name() === 'list')?.options ?? []]
}

function argumentAt(command: Command, position: number): Argument | undefined {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  return registeredArguments[position] ?? (last?.variadic === true ? last : undefined)
}

function choicesOf({ argChoices, description }: Option | Argument): readonly Candidate[] {
  return (argChoices ?? []).map(value => ({ value, description }))
}

function flagsOf(command: Command, given: ReadonlyMap<string, unknown>): readonly Candidate[] {
  const flags = optionsOf(command).filter(option => !option.hidden && option.long !== undefined && (option.variadic || Array.isArray(option.defaultValue) || !given.has(option.attributeName())))
  return [...flags.map(({ long, description }) => ({ value: long ?? '', description })), { value: '--help', description: 'what the command does' }]
}

function commandsOf(command: Command): readonly Candidate[] {
  return command.createHelp().visibleCommands(command).map(inner => ({ value: inner.name(), description: inner.summary() || inner.description() }))
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isIterable, type AnyIterable } from '../data-model/iterable.js'
import { isMephistoError, MephistoError } from '../errors.js'
import type { AnyLaunchOptions } from '../operations/launch-options.js'
import type { RunDefinition } from '../operations/run-definition.js'

/**
 * Loads a file whose default export is a run.
 * @throws MephistoError `not_found` for no file, `invalid_input` for one that cannot be read or exports something else; what
 * the file itself throws of ours
 */
export async function loadRunModule(path: string): Promise<RunDefinition> {
  return runOf(path, await loadModule(path))
}

/** Loads a file. @throws MephistoError as {@link loadRunModule} */
export async function loadModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const file = resolve(path)
  if (!existsSync(file)) throw new MephistoError('not_found', `There is no file ${path}.`)
  return await import(pathToFileURL(file).href).catch((error: unknown) => { throw notLoaded(path, error) }) as Readonly<Record<string, unknown>>
}

/** The run that a file exports. @throws MephistoError `invalid_input` for none */
export function runOf(path: string, module: Readonly<Record<string, unknown>>): RunDefinition {
  if (isDefinition(module['default'])) return module['default']
  throw new MephistoError('invalid_input', `${path} exports no run; end it with: export default defineRun(blueprint, () => ({ … })).`)
}

function isDefinition(value: unknown): value is RunDefinition {
  return typeof value === 'object' && value !== null && 'implementation' in value && 'options' in value && typeof value.options === 'function' && 'providers' in value && 'plan' in value
}

function notLoaded(path: string, cause: unknown): MephistoError {
  if (isMephistoError(cause)) return cause
  const { code, message } = cause instanceof Error ? cause as NodeJS.ErrnoException : { code: undefined, message: String(cause) }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new MephistoError('invalid_input', `This Node cannot read ${path}; give it the JavaScript that was built of it, or a Node that reads TypeScript (22.18 or newer).`, { cause })
  }
  return new MephistoError('invalid_input', `${path} could not be loaded: ${message}`, { cause })
}

/** A run in a file. */
export interface RunFile {
  readonly path: string
  readonly definition: RunDefinition
  /** Whose options go before the others. @default none */
  readonly profile?: string | undefined
}

/** The options that the file gives, for one reading of its data. What its own code throws names the file. */
export async function optionsOf({ path, definition, profile }: RunFile): Promise<AnyLaunchOptions> {
  try {
    const given = await definition.options(profile)
    return isIterable(given.data) ? { ...given, data: rowsOf(path, given.data) } : given
  } catch (error) {
    throw failedIn(path, 'options', error)
  }
}

async function* rowsOf(path: string, data: AnyIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* data
  } catch (error) {
    throw failedIn(path, 'data', error)
  }
}

function failedIn(path: string, part: string, cause: unknown): MephistoError {
  if (isMephistoError(cause)) return cause
  return new MephistoError('invalid_input', `${path}: its ${part} could not be had: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}

import { MephistoError } from '../../errors.js'

/** What the system says about a file as an error of ours; anything else as it is. */
export function fileTrouble(error: unknown): unknown {
  const isOfFile = error instanceof Error && 'syscall' in error && 'path' in error
  return isOfFile ? new MephistoError('invalid_input', `${String(error.path)}: ${error.message}. Name a file that can be used.`, { cause: error }) : error
}

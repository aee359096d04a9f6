import { MephistoError } from '../../errors.js'

/** What the system says about a file as an error of ours; anything else as it is. `file` names one that is open already. */
export function fileTrouble(error: unknown, file?: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const path = 'path' in error ? String(error.path) : file
  return path === undefined ? error : new MephistoError('invalid_input', `${path}: ${error.message}. Name a file that can be used.`, { cause: error })
}

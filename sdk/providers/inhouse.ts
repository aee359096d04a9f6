import type { CrowdProvider } from './crowd-provider.js'
import { signedLinks } from './signed-links.js'

/**
 * Your own people: they come with a signed link that names the run and the worker. Pay is kept in the ledger as owed and settled
 * outside; nothing has to be published anywhere.
 */
export function inhouse(): CrowdProvider {
  return { specVersion: 1, type: 'inhouse', ...signedLinks() }
}

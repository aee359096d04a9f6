import { MephistoError } from '../sdk/errors.js'
import { DIALECTS, type Dialect } from './dialect.js'

/**
 * What database a generated Prisma client is for, as it says itself (`_activeProvider`, seen on 7.10; it survives
 * `$extends`). @throws MephistoError `invalid_options` when it does not say
 */
export function detectDialect(client: unknown): Dialect {
  const said = (client as { readonly _activeProvider?: unknown })._activeProvider
  const name = said === 'postgres' ? 'postgresql' : said
  const known = DIALECTS.find(dialect => dialect === name)
  if (known !== undefined) return known
  throw new MephistoError('invalid_options', `provider: this client does not say which database it is for; pass one of ${DIALECTS.join(', ')} to prismaDb().`)
}

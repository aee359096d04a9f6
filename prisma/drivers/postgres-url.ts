import { MephistoError } from '../../sdk/errors.js'

/** @throws MephistoError `invalid_options` for an address that is not one of PostgreSQL; `whose` names what was given it */
export function checkPostgresUrl(url: string, whose = ''): void {
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return
  throw new MephistoError('invalid_options', `${whose}url: must look like postgresql://user:password@host:5432/database.`)
}

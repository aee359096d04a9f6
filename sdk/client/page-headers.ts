import { WIRE_HEADER, WIRE_VERSION } from '../protocol/wire-version.js'

/** What a page says with all that it asks: which version it speaks, and who it acts for. */
export function pageHeaders(agentToken?: string): Readonly<Record<string, string>> {
  return { [WIRE_HEADER]: String(WIRE_VERSION), ...(agentToken === undefined ? {} : { authorization: `Bearer ${agentToken}` }) }
}

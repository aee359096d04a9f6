import { isIP } from 'node:net'
import { MephistoError } from '../../errors.js'
import type { Network } from '../../ports/network.js'
import { isPublicAddress } from './public-address.js'

/** Hosts that may be told although they are not public, as `host` or `host:port`; an IPv6 address in brackets. */
export type AllowedHosts = readonly string[]

/**
 * The address of a webhook as it is kept. The URL standard's parser writes every form of an IPv4 address (127.1, 0x7f.1,
 * 2130706433) as the usual one, so that what is checked is what is connected to.
 * @throws MephistoError `invalid_input` for what is no address, or one that is never told
 */
export function checkedWebhookUrl(text: string, allowed: AllowedHosts): URL {
  if (!URL.canParse(text)) throw refused('must be a whole address such as https://app.example/hooks')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('must begin with https://')
  if (url.username !== '' || url.password !== '') throw refused('must not hold a user or password; every delivery is signed instead')
  if (url.hash !== '') throw refused('must not have a fragment (#…), which no server sees')
  if (isAllowed(url, allowed)) return url
  if (url.protocol === 'http:') throw refused('must begin with https://: without it everybody on the way can read what is sent')
  const host = hostOf(url)
  if (isIP(host) === 0 ? /(?:^|\.)localhost\.?$/.test(host) : !isPublicAddress(host)) throw refused(`"${host}" is not a public address. ${HINT}`)
  return url
}

/**
 * The IP addresses to connect to, of a host that is public through and through.
 * @throws MephistoError `forbidden` for a host that is not, or not any more
 */
export async function publicAddressesOf(url: URL, network: Network, allowed: AllowedHosts): Promise<readonly string[]> {
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await network.resolve(host) : [host]
  if (addresses.length === 0) throw new MephistoError('not_found', `"${host}" has no address.`)
  const closed = isAllowed(url, allowed) ? undefined : addresses.find(address => !isPublicAddress(address))
  if (closed !== undefined) throw new MephistoError('forbidden', `"${host}" stands for ${closed}, which is not a public address. ${HINT}`)
  return addresses
}

const HINT = 'To tell a host inside your network, name it in the option "webhooks.allowPrivate".'

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

function isAllowed(url: URL, allowed: AllowedHosts): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return allowed.some(entry => entry.toLowerCase() === url.hostname || entry.toLowerCase() === `${url.hostname}:${port}`)
}

function refused(what: string): MephistoError {
  return new MephistoError('invalid_input', `url: ${what}${what.endsWith('.') ? '' : '.'}`)
}

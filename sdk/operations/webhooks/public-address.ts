import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The part of IPv6 that is handed out for the Internet (RFC 4291); whatever is outside is of no public host. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an IP address is one of the public Internet: not private, loopback, link-local (where clouds serve credentials),
 * shared, multicast, reserved or for documentation, nor an IPv6 address that carries an IPv4 one. IPv4-mapped addresses are
 * judged by the IPv4 address. Pure.
 */
export function isPublicAddress(address: string): boolean {
  // Short and octal forms mean different hosts to different parsers.
  if (isIP(address) === 0) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast') return false
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST)
}

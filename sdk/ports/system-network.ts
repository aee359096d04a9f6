import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIPv6, type LookupFunction } from 'node:net'
import type { Network, PinnedReply } from './network.js'

/** So much of a reply is read, bytes; the connection is cut after that. */
const MOST_REPLY_BYTES = 65_536

/** The real network: the system's resolver, and Node's own client with the name's address fixed before it connects. */
export const systemNetwork: Network = {
  async resolve(host) {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  },
  post({ url, addresses, headers, body, signal }) {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST', headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, lookup: always(addresses), signal,
      // A connection of its own: one that is kept could lead to an address that was checked long ago.
      agent: false,
    })
    return new Promise((resolve, reject) => {
      let reply: PinnedReply | null = null
      // Once it has answered, what becomes of the rest does not matter.
      request.on('error', error => {
        if (reply) resolve(reply)
        else reject(error)
      })
      request.once('response', response => {
        const said: PinnedReply = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? null }
        let bytes = 0
        reply = said
        // Read so that the receiver can end what it began, and no longer.
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > MOST_REPLY_BYTES) response.destroy()
        })
        response.on('error', () => undefined)
        response.once('close', () => { resolve(said) })
      })
      request.end(body)
    })
  },
}

/** Names are not looked up again: what was checked is what is connected to. */
function always(addresses: readonly string[]): LookupFunction {
  const found = addresses.map(address => ({ address, family: isIPv6(address) ? 6 : 4 }))
  return (host, { all }, callback) => {
    const [first] = found
    if (!first) callback(new Error(`no address of ${host} was checked`), '')
    else if (all) callback(null, found)
    else callback(null, first.address, first.family)
  }
}

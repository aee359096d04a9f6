import type { PassView } from '../protocol/worker-views.js'

/** The newest tokens of attempts. Each lives for minutes, and a new one is had when a call is refused for it. */
export interface PassKeeper {
  tokenOf(pass: PassView): string
  /** A new token; those who ask while one is on its way get that. The old one where there is no renewal. */
  renew(pass: PassView): Promise<string>
  /** Makes a call, and once more with a new token when it is refused for its own. */
  using<T>(pass: PassView, call: (agentToken: string) => Promise<T>): Promise<T>
}

/** Makes a {@link PassKeeper} for the time of a page. `ask` gives a token for a renewal. */
export function passKeeper(ask: (renewal: string) => Promise<string>): PassKeeper {
  const newest = new Map<string, string>()
  const underWay = new Map<string, Promise<string>>()
  const tokenOf = ({ agentToken, renewal = '' }: PassView): string => newest.get(renewal) ?? agentToken

  async function had(renewal: string): Promise<string> {
    try {
      const token = await ask(renewal)
      newest.set(renewal, token)
      return token
    } finally {
      underWay.delete(renewal)
    }
  }

  async function renew(pass: PassView): Promise<string> {
    const { renewal } = pass
    if (renewal === undefined) return tokenOf(pass)
    const renewing = underWay.get(renewal) ?? had(renewal)
    underWay.set(renewal, renewing)
    return renewing
  }

  return {
    tokenOf,
    renew,
    async using(pass, call) {
      const token = tokenOf(pass)
      try {
        return await call(token)
      } catch (error) {
        if (pass.renewal === undefined || (error as { readonly code?: unknown }).code !== 'unauthenticated') throw error
        // Another call may have had it renewed meanwhile.
        return call(tokenOf(pass) === token ? await renew(pass) : tokenOf(pass))
      }
    },
  }
}

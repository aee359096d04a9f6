import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAgentTokens, type AgentClaims } from '../../sdk/operations/agent-tokens.js'
import { signingKey } from '../../sdk/operations/keys.js'

const MINUTE = 60_000
const DAY = 86_400_000
const KEY = signingKey('a secret for tests that is long enough', 'agent')
const claims: AgentClaims = { agentId: 'agent-1', blueprintType: 'sentiment', isOnboarding: false }
const refused = (words: string) => expect.objectContaining({ code: 'unauthenticated', message: expect.stringContaining(words) as string }) as Error

/** A host's clock and that of the database, which are the same unless it is said otherwise. */
const clocks = (hostNow: () => number, databaseNow = hostNow) => ({ hostNow, databaseNow: () => Promise.resolve(databaseNow()) })

function stage() {
  let now = Date.UTC(2026, 0, 1)
  // A second instance has checked nothing yet, as another process has.
  const [made, other] = [createAgentTokens(KEY, clocks(() => now)), createAgentTokens(KEY, clocks(() => now))]
  return { made, other, now: () => now, pass: (days = 0, who = claims) => made.sign(who, { leaseMs: days * DAY, at: now }), advance: (ms: number) => { now += ms } }
}

/** A token with this key, whoever it is for. */
async function forged(audience: string, { key = KEY, ...body }: { readonly key?: Promise<CryptoKey>; readonly blueprint?: string } = { blueprint: 'sentiment' }): Promise<string> {
  return new SignJWT(body).setProtectedHeader({ alg: 'HS256' }).setAudience(audience).setSubject('agent-1').setExpirationTime(Date.UTC(2026, 0, 2) / 1000).sign(await key)
}

describe('a token for calls', () => {
  test('lives for a quarter of an hour, wherever it is checked', async () => {
    const { pass, made, other, advance } = stage()
    const { agentToken } = await pass()
    for (const at of [made, other]) expect(await at.verify(agentToken)).toEqual(claims)
    advance(15 * MINUTE - 1)
    for (const at of [made, other]) expect(await at.verify(agentToken)).toEqual(claims)
    advance(1)
    for (const at of [made, other]) await expect(at.verify(agentToken)).rejects.toThrow(refused('too old'))
  })

  test('is no renewal, and a renewal is none', async () => {
    const { pass, made, other } = stage()
    const { agentToken, renewal } = await pass()
    for (const at of [made, other]) {
      await expect(at.verify(renewal)).rejects.toThrow(refused('not valid'))
      await expect(at.renew(agentToken)).rejects.toThrow(refused('not valid'))
    }
  })
})

describe('a renewal', () => {
  test('gives new tokens for a week, of the same attempt', async () => {
    const { pass, made, other, advance } = stage()
    const { renewal } = await pass()
    const onboarding = await pass(0, { ...claims, isOnboarding: true })
    for (const days of [1, 5.9]) {
      advance(days * DAY)
      for (const at of [made, other]) {
        expect(await other.verify(await at.renew(renewal))).toEqual(claims)
        expect(await other.verify(await at.renew(onboarding.renewal))).toEqual({ ...claims, isOnboarding: true })
      }
    }
    advance(0.1 * DAY)
    for (const at of [made, other]) await expect(at.renew(renewal)).rejects.toThrow(refused('too old'))
  })

  test('outlives a long lease twice', async () => {
    const { pass, made, advance } = stage()
    const { renewal } = await pass(30)
    advance(60 * DAY - 1)
    expect(await made.verify(await made.renew(renewal))).toEqual(claims)
    advance(1)
    await expect(made.renew(renewal)).rejects.toThrow(refused('too old'))
  })
})

test('what is forged, foreign or half is refused as either', async () => {
  const { made, pass } = stage()
  const otherKey = signingKey('another secret that is long enough', 'agent')
  const files = signingKey('a secret for tests that is long enough', 'file')
  const { agentToken, renewal } = await pass()
  const bad = ['', 'nonsense', `${agentToken}x`, `${renewal}x`, await forged('somebody'), await forged('mephisto-file', { key: files, blueprint: 'sentiment' })]
  for (const audience of ['mephisto-agent', 'mephisto-renewal']) bad.push(await forged(audience, { key: otherKey, blueprint: 'sentiment' }), await forged(audience, {}))
  for (const token of bad) {
    await expect(made.verify(token)).rejects.toThrow(refused('not valid'))
    await expect(made.renew(token)).rejects.toThrow(refused('not valid'))
  }
})

test('hosts whose clocks are hours apart agree, also those that have given nobody a token yet', async () => {
  const at = Date.UTC(2026, 0, 1)
  let passed = 0
  const host = (hours: number) => createAgentTokens(KEY, clocks(() => at + hours * 60 * MINUTE + passed, () => at + passed))
  const [slow, fast] = [host(-2), host(2)]
  const passes = [await slow.sign(claims, { leaseMs: 0, at }), await fast.sign(claims, { leaseMs: 0, at })]
  for (const { agentToken, renewal } of passes) {
    for (const fresh of [-2, 2]) {
      for (const token of [agentToken, await host(fresh).renew(renewal)]) for (const one of [slow, fast, host(-2), host(2)]) expect(await one.verify(token)).toEqual(claims)
    }
  }
  for (const one of [slow, fast]) for (const { agentToken, renewal } of passes) for (const token of [agentToken, await slow.renew(renewal), await fast.renew(renewal)]) expect(await one.verify(token)).toEqual(claims)
  passed = 15 * MINUTE
  for (const one of [slow, fast, host(2)]) for (const { agentToken } of passes) await expect(one.verify(agentToken)).rejects.toThrow(refused('too old'))
})

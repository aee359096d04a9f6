import { expect, test } from 'vitest'
import { mergedGrant, type GrantHere } from '../../sdk/operations/transfer/merged-grant.js'

const OURS: GrantHere = { is: 'granted', value: 3, expiresAt: 900, at: 100 }
const REVOKED: GrantHere = { is: 'revoked', at: 100 }
const there = (value: number, expiresAt: number | null, at: number | null = 50) => ({ value, expiresAt, at })

test.each<[Parameters<typeof mergedGrant>, ReturnType<typeof mergedGrant>]>([
  [['stricter', OURS, there(5, null)], null],
  [['stricter', OURS, there(2, null)], { value: 2, expiresAt: 900 }],
  [['stricter', OURS, there(5, 800)], { value: 3, expiresAt: 800 }],
  [['stricter', { ...OURS, expiresAt: null }, there(5, 800)], { value: 3, expiresAt: 800 }],
  [['stricter', REVOKED, there(5, null, 500)], null],
  [['ours', OURS, there(1, 1)], null],
  [['ours', REVOKED, there(5, null)], null],
  [['theirs', OURS, there(5, null)], { value: 5, expiresAt: null }],
  [['theirs', OURS, there(3, 900)], null],
  [['theirs', REVOKED, there(5, null)], { value: 5, expiresAt: null }],
  [['newest', OURS, there(5, null, 101)], { value: 5, expiresAt: null }],
  [['newest', OURS, there(5, null, 100)], null],
  [['newest', REVOKED, there(5, null, 101)], { value: 5, expiresAt: null }],
  [['newest', REVOKED, there(5, null, 99)], null],
  [['newest', OURS, there(5, null, null)], null],
  ...(['stricter', 'ours', 'theirs', 'newest'] as const).map((rule): [Parameters<typeof mergedGrant>, ReturnType<typeof mergedGrant>] => [[rule, null, there(5, 7, null)], { value: 5, expiresAt: 7 }]),
])('%j gives %j', (given, merged) => {
  expect(mergedGrant(...given)).toEqual(merged)
})

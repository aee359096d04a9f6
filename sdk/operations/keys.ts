import { hkdfSync } from 'node:crypto'

/** Key material for one purpose, 32 bytes, derived from the instance's secret (HKDF-SHA256, RFC 5869). */
export function deriveKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(derived(secret, purpose))
}

/** The same as a key that signs and checks tokens (HMAC-SHA256). It is imported once; bytes would be at every token. */
export function signingKey(secret: string, purpose: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', derived(secret, purpose), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}

function derived(secret: string, purpose: string): ArrayBuffer {
  return hkdfSync('sha256', secret, 'mephisto-sdk', purpose, 32)
}

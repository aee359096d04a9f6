import { hkdfSync } from 'node:crypto'

/** Key material for one purpose, 32 bytes, derived from the instance's secret (HKDF-SHA256, RFC 5869). */
export function deriveKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'mephisto-sdk', purpose, 32))
}

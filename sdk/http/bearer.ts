/** The token of an `authorization` header (RFC 6750); null for none. */
export function bearerOf(authorization: string | null | undefined): string | null {
  return authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : null
}

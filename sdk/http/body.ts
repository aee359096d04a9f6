import { MephistoError } from '../errors.js'

/** The error for a body over the limit. */
export function bodyTooLarge(maxBytes: number): MephistoError {
  return new MephistoError('too_large', `The request is larger than the limit of ${String(maxBytes)} bytes. Send less, or raise limits.maxBodyBytes.`)
}

/** Reads a body as text. @throws MephistoError `too_large` as soon as it passes `maxBytes` */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw bodyTooLarge(maxBytes)
  if (!request.body) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      throw bodyTooLarge(maxBytes)
    }
    chunks.push(part.value)
  }
  return Buffer.concat(chunks).toString('utf8')
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { MephistoError } from '../../errors.js'

/** Keeps secrets in the database so that the database alone does not tell them. */
export interface SecretBox {
  /** Encrypts a secret. It can be opened only as the secret of the same owner. */
  seal(secret: string, ownerId: string): string
  /** @throws MephistoError `invalid_options` when the secret was sealed under another key, or for another owner */
  open(sealed: string, ownerId: string): string
}

const VERSION = 'v1'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** AES-256-GCM under a key of 32 bytes, with a random nonce for each secret and its owner's id as associated data. */
export function createSecretBox(key: Uint8Array): SecretBox {
  return {
    seal(secret, ownerId) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(ownerId))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`
    },
    open(sealed, ownerId) {
      const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(ownerId)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch (error) {
        throw new MephistoError('invalid_options', `The secret of webhook ${ownerId} cannot be read: the instance's option "secret" is not the one that it was made under. Rotate the webhook's secret.`, { cause: error })
      }
    },
  }
}

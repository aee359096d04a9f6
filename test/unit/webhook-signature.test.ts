import { createHmac, timingSafeEqual } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSecretBox } from '../../sdk/operations/webhooks/secret-box.js'
import { newWebhookSecret, signedHeaders } from '../../sdk/operations/webhooks/signature.js'

describe('signatures', () => {
  test('are those of Standard Webhooks: the vector of its reference libraries', () => {
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1_614_265_330_000, body: '{"test": 2432232314}' }
    expect(signedHeaders(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
      'webhook-id': message.id, 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('are one for each secret, and over the bytes of the body', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()]
    const message = { id: 'msg_1', at: 1_999, body: '{"text":"ü 😀"}' }
    const signatures = signedHeaders(message, secrets)['webhook-signature']?.split(' ') ?? []
    const expected = secrets.map(secret => createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(Buffer.from(`msg_1.1.${message.body}`)).digest())
    expect(signatures.map(signature => Buffer.from(signature.replace(/^v1,/, ''), 'base64')).map((bytes, index) => timingSafeEqual(bytes, expected[index] ?? Buffer.of()))).toEqual([true, true])
    expect(signatures[0]).not.toBe(signatures[1])
  })

  test('are made with secrets of 32 random bytes', () => {
    const secrets = Array.from({ length: 50 }, newWebhookSecret)
    expect(new Set(secrets).size).toBe(50)
    for (const secret of secrets) expect(Buffer.from(/^whsec_([\w+/]+=*)$/.exec(secret)?.[1] ?? '', 'base64')).toHaveLength(32)
  })
})

describe('kept secrets', () => {
  const key = new Uint8Array(32).fill(7)
  const box = createSecretBox(key)

  test('are opened under the same key for the same owner, and look different each time', () => {
    const [one, two] = [box.seal('whsec_abc', 'webhook 1'), box.seal('whsec_abc', 'webhook 1')]
    expect(one).not.toBe(two)
    expect(one).not.toContain('abc')
    expect(createSecretBox(key).open(one, 'webhook 1')).toBe('whsec_abc')
  })

  test.each([
    ['another key', createSecretBox(new Uint8Array(32).fill(8)), (sealed: string) => sealed, 'webhook 1'],
    ['another owner', box, (sealed: string) => sealed, 'webhook 2'],
    ['a changed letter', box, (sealed: string) => `${sealed.slice(0, 30)}${sealed[30] === 'A' ? 'B' : 'A'}${sealed.slice(31)}`, 'webhook 1'],
    ['a missing end', box, (sealed: string) => sealed.slice(0, -4), 'webhook 1'],
    ['nothing', box, () => '', 'webhook 1'],
  ])('are not opened with %s', (_, opener, change, owner) => {
    const sealed = change(box.seal('whsec_abc', 'webhook 1'))
    expect(() => opener.open(sealed, owner)).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('Rotate the webhook') as string }) as Error)
  })
})

import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerConsole } from '../../sdk/http/console-endpoint.js'
import type { ConsoleOptions } from '../../sdk/http/console-options.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { implement } from '../../sdk/index.js'
import { sentiment } from '../sentiment.js'

const asked = (path: string, { options = {}, ...init }: { readonly options?: ConsoleOptions | false } & RequestInit = {}): Promise<Response> | null =>
  answerConsole({ options, path, basePath: '/tools/mephisto/', request: new Request(`http://host.test/tools/mephisto/${path}`, init) })
const reply = async (path: string, init: Parameters<typeof asked>[1] = {}): Promise<Response> => {
  const response = await asked(path, init)
  if (!response) throw new Error(`nothing is at ${path}`)
  return response
}
const scriptOf = async (): Promise<string> => /src="(main-[\w-]+\.js)"/.exec(await (await reply('console/')).text())?.[1] ?? ''

describe('the console', () => {
  test('is one page with its files, whose policy lets nothing else run', async () => {
    const page = await reply('console/')
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'")
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const text = await page.text()
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style|style=|onclick/)
    const names = [...text.matchAll(/(?:href|src)="(main-[^"]+)"/g)].map(([, name]) => name ?? '')
    expect(names).toHaveLength(2)
    for (const name of names) {
      const file = await reply(`console/${name}`)
      expect([file.status, file.headers.get('cache-control'), file.headers.get('content-encoding')]).toEqual([200, 'public, max-age=31536000, immutable', null])
      expect((await file.text()).length).toBeGreaterThan(1_000)
    }
  })

  test.each([['gzip', true], ['br, gzip;q=0.5', true], ['*', true], ['gzip;q=0', false], ['identity', false], ['x-gzip-not', false]])('is compressed for whoever accepts %s: %s', async (accepted, isCompressed) => {
    const path = `console/${await scriptOf()}`
    const [plain, file] = [await (await reply(path)).text(), await reply(path, { headers: { 'accept-encoding': accepted } })]
    expect([file.headers.get('content-encoding'), file.headers.get('vary')]).toEqual([isCompressed ? 'gzip' : null, 'accept-encoding'])
    const body = Buffer.from(await file.arrayBuffer())
    expect((isCompressed ? gunzipSync(body) : body).toString() === plain).toBe(true)
  })

  test('is found without its slash too, below the mount', async () => {
    const response = await reply('console')
    expect([response.status, response.headers.get('location')]).toEqual([308, '/tools/mephisto/console/'])
  })

  test('names the login of the host, as a text', async () => {
    const page = await reply('console/', { options: { loginHref: '/login?to="><script>alert(1)</script>' } })
    const text = await page.text()
    expect(text).toContain('data-login="/login?to=&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;"')
  })

  test('is in English, and in Arabic from right to left, whose texts are a file of their own', async () => {
    expect(await (await reply('console/')).text()).toMatch(/<html lang="en" dir="ltr">[^]*<title>Mephisto console<[^]*<div id="console" data-language="en"><main[^]*<p role="status">Loading…</)
    expect(await (await reply('console/', { options: { language: 'ar', loginHref: '/login' } })).text()).toMatch(/<html lang="ar" dir="rtl">[^]*<title>لوحة مفيستو<[^]*<div id="console" data-language="ar" data-login="\/login"><main[^]*<p role="status">جارٍ التحميل…</)
    const script = await (await reply(`console/${await scriptOf()}`)).text()
    const [, arabic = ''] = /import\("\.\/(arabic-[\w-]+\.js)"\)/.exec(script) ?? []
    expect(script).not.toContain('الجولات')
    expect(await (await reply(`console/${arabic}`)).text()).toContain('الجولات')
  })

  test('gives heads without bodies, takes nothing, and has no other files', async () => {
    expect(await (await reply('console/', { method: 'HEAD' })).text()).toBe('')
    await expect(reply('console/', { method: 'POST' })).rejects.toMatchObject({ code: 'not_found' })
    for (const path of ['console/__proto__', 'console/main.js', 'console/../health', 'console/toString']) await expect(reply(path), path).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is nowhere where the host wants none', () => {
    expect(asked('console/', { options: false })).toBeNull()
    expect(asked('consoles')).toBeNull()
  })
})

describe('an instance', () => {
  let mephisto: TestMephisto
  beforeAll(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], authorize: () => null }) })
  afterAll(() => mephisto.close())

  test('serves it to anybody, and its data to nobody who is not logged in', async () => {
    const at = (path: string): Promise<Response> => mephisto.handler(new Request(`${mephisto.architect.baseUrl}${path}`))
    expect((await at('console/')).headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect((await at('trpc/runs.list')).status).toBe(401)
  })
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { localArchitect, type LocalArchitect, type LocalOptions } from '../../adapters/local.js'
import { embeddedDb } from '../../prisma/embedded.js'
import { createMephisto, type Mephisto } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { mockTask } from '../../sdk/testing/index.js'

const ends: (() => unknown)[] = []
afterEach(async () => { for (const end of ends.splice(0).reverse()) await end() })

async function local(options: LocalOptions = {}): Promise<LocalArchitect> {
  const architect = await localArchitect({ port: 0, taskUrl: '/work', ...options })
  ends.push(() => architect.close())
  return architect
}

async function over(architect: LocalArchitect): Promise<Mephisto> {
  const db = await embeddedDb({ file: ':memory:' })
  const mephisto = createMephisto({ db, architect, providers: [inhouse()], blueprints: [mockTask], secret: 'a secret of thirty-two characters', authorize: () => null })
  ends.push(() => db.close(), () => mephisto.close())
  return mephisto
}

function pages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-pages-'))
  mkdirSync(join(folder, 'pages'))
  writeFileSync(join(folder, 'pages/index.html'), '<title>The page</title>')
  writeFileSync(join(folder, 'pages/page.js'), 'export {}')
  writeFileSync(join(folder, 'pages/.env'), 'a secret')
  writeFileSync(join(folder, 'secret.txt'), 'a secret')
  ends.push(() => { rmSync(folder, { recursive: true }) })
  return join(folder, 'pages')
}

/** What is answered to a path as it is: fetch would tidy it up. */
function rawReply(origin: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => { socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`) })
    socket.setEncoding('utf8').on('data', part => { text += String(part) }).once('end', () => { resolve(text) }).once('error', reject)
  })
}

test('serves built pages beside the mount, and nothing else of the disk', async () => {
  const architect = await localArchitect({ port: 0, pages: pages() })
  ends.push(() => architect.close())
  expect([architect.taskUrl, architect.baseUrl]).toEqual([`${architect.origin}/`, `${architect.origin}/mephisto/`])
  architect.serve(await over(architect))
  const page = await fetch(`${architect.origin}/?provider=inhouse`)
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([200, expect.stringContaining('text/html'), '<title>The page</title>'])
  expect((await fetch(`${architect.origin}/page.js`)).headers.get('content-type')).toContain('javascript')
  expect((await fetch(`${architect.origin}/mephisto/health`)).status).toBe(200)
  for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/nothing', '/%00', '/%ff', '/.env', '/%2eenv']) {
    expect(await rawReply(architect.origin, path), path).toMatch(/^HTTP\/1\.1 4\d\d /)
  }
})

test('an odd request ends nothing', async () => {
  const architect = await localArchitect({ port: 0, pages: pages(), answer: () => { throw new Error('a mistake of the host') } })
  ends.push(() => architect.close())
  architect.serve(await over(architect))
  const statuses = await Promise.all(['bytes=5-2', 'bytes=900-', 'bytes=x'].map(async range => (await fetch(`${architect.origin}/page.js`, { headers: { range } })).status))
  expect(statuses.every(status => [200, 206, 416].includes(status)), String(statuses)).toBe(true)
  expect((await fetch(`${architect.origin}/nothing`)).status).toBe(500)
  expect((await fetch(`${architect.origin}/page.js`)).status).toBe(200)
})

test('says that it is starting until it has an instance, and goes by another address behind a tunnel', async () => {
  const architect = await local({ baseUrl: 'https://tunnel.example/crowd/mephisto/', taskUrl: 'https://tunnel.example/crowd/work' })
  const early = await fetch(`${architect.origin}/mephisto/health`)
  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1'])
  const mephisto = await over(architect)
  architect.serve(mephisto)
  expect((await fetch(`${architect.origin}/mephisto/health`)).status).toBe(200)
  expect(architect.baseUrl).toBe('https://tunnel.example/crowd/mephisto/')
  expect(mephisto.origins).toEqual(['https://tunnel.example'])
})

test('names a port that is taken, and leaves none taken by a wrong address', async () => {
  const first = await local()
  const port = Number(new URL(first.origin).port)
  await expect(local({ port })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(`port ${String(port)} of 127.0.0.1 is not to be had`) as string })
  await first.close()
  await expect(local({ port, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'invalid_options', message: expect.stringContaining('baseUrl: must say how browsers reach this machine') as string })
  await expect(local({ port, baseUrl: 'tunnel.example' })).rejects.toMatchObject({ code: 'invalid_options', message: expect.stringContaining('"baseUrl"') as string })
  expect((await local({ port })).origin).toBe(first.origin)
})

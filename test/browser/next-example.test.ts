import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runPrisma } from '../../scripts/prisma/client.js'
import { linkPackages } from '../packaging/installed-packages.js'
import { BUILD_MS, buildNextApp, NEXTS, type NextServer } from '../packaging/next-apps.js'
import { printed, ROOT } from '../packaging/run-tool.js'
import { browserPages, look, PHONE } from './browser-pages.js'

// The example on Next, set up, built and started as its README says.
const { open } = browserPages()
const MADE = /(?:^|\/)(?:node_modules|\.next|data|generated|mephisto\.prisma)$/

describe.each(NEXTS.slice(-1))('the example on %s', (_, folder) => {
  const data = mkdtempSync(join(tmpdir(), 'mephisto-shed-'))
  let server: NextServer
  const ends: (() => unknown)[] = [() => { rmSync(data, { recursive: true }) }]
  beforeAll(async () => {
    const app = await buildNextApp(folder, async one => {
      linkPackages(one.folder, ['prisma'])
      cpSync(join(ROOT, 'examples/next-review'), one.folder, { recursive: true, filter: path => !MADE.test(path) })
      printed(one.npx('mephisto', 'init'))
      await runPrisma(['generate'], one.folder)
    }, ['@tanstack/react-query', '@prisma/client'])
    ends.push(app.remove)
    server = await app.start(origin => ({ ORIGIN: origin, DATA_FOLDER: data }))
    ends.push(() => server.stop())
  }, BUILD_MS)
  afterAll(async () => { for (const end of ends.reverse()) await end() })

  async function signIn(page: Page, name: string): Promise<void> {
    await page.goto(`${server.origin}/login`)
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill(/The password: (\S+)/.exec(server.printed())?.[1] ?? '')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: `Sign out ${name}` }).waitFor()
  }

  test('a member sorts things, a keeper accepts, and the catalogue has it', async () => {
    const [ann, rita] = [await open(PHONE, 'dark'), await open()]
    await ann.goto(server.origin)
    await ann.getByText('0 of 8 have a shelf').waitFor()
    await ann.goto(`${server.origin}/review`)
    await ann.getByRole('heading', { name: 'Sign in' }).waitFor()
    await ann.getByLabel('Name').fill('Ann')
    await ann.getByLabel('Password').fill('wrong')
    await ann.getByRole('button', { name: 'Sign in' }).click()
    await ann.getByText('That is not a name and its password').waitFor()
    await look(ann, 'next-login')
    await signIn(ann, 'Ann')
    await look(ann, 'next-catalogue-phone')

    await ann.getByRole('link', { name: 'Sort things' }).click()
    await ann.getByRole('button', { name: /^Accept/ }).click()
    for (const shelf of ['Workshop', 'Kitchen']) {
      await ann.getByRole('button', { name: shelf }).waitFor()
      await look(ann, `next-work-${shelf}`)
      await ann.getByRole('button', { name: shelf }).click()
      await ann.getByText('Your answer has been received').first().waitFor()
    }

    await signIn(rita, 'Rita')
    await rita.getByRole('link', { name: 'Review' }).click()
    await rita.getByText('Cordless drill belongs on the shelf').waitFor()
    await look(rita, 'next-review')
    await rita.keyboard.press('a')
    await rita.getByText('Pasta machine belongs on the shelf').waitFor()
    await expect.poll(async () => {
      await rita.goto(server.origin)
      return rita.getByText('1 of 8 have a shelf').count()
    }).toBe(1)
    await look(rita, 'next-catalogue')
    expect(server.printed()).not.toMatch(/error/i)
  })
})

// Without a Next there is nothing to build: .ci/run installs both, and without them `next-apps.ts` fails there.
if (NEXTS.length === 0) test.skip('MEPHISTO_NEXT names no folder with a Next')

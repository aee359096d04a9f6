import { expect, test } from 'vitest'
import { playKettles } from '../console-stage.js'
import { browserPages, look } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'

// What the console loads before it shows anything, and how much that is: a page that waits for nothing is painted soon on any processor.

/** Bytes as they go over the wire: the review screens with React, compressed. */
const MOST_BYTES = 190_000

const { open } = browserPages()
const { stage } = consolePages(playKettles)

test('something is painted before the script runs, and nothing but the script and what it is made of is loaded before the runs are asked for', async () => {
  const page = await open(WIDE)
  const loaded: { readonly name: string; readonly bytes: number }[] = []
  let letGo = (): void => undefined
  const held = new Promise<void>(resolve => { letGo = resolve })
  await page.route(/\/console\/main-\w+\.js$/, async route => {
    await held
    await route.continue()
  })
  page.on('requestfinished', request => {
    void request.sizes().then(({ responseBodySize }) => { loaded.push({ name: request.url().slice(stage().origin.length), bytes: responseBodySize }) })
  })
  await page.context().addCookies([{ name: 'who', value: 'olga', url: stage().origin }])
  await page.goto(`${stage().origin}/mephisto/console/`, { waitUntil: 'commit' })
  await page.getByText('Loading…').waitFor()
  await expect.poll(() => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length)).toBe(1)
  // The parts of the script are there by then, fetched beside it.
  await expect.poll(() => loaded.filter(({ name }) => name.endsWith('.js')).length).toBeGreaterThan(0)
  await look(page, 'console-loading')
  letGo()
  await page.getByRole('link', { name: 'What do people say of kettles?' }).waitFor()
  await expect.poll(() => loaded.filter(({ name }) => name.includes('/trpc/')).length).toBeGreaterThan(1)
  const files = loaded.filter(({ name }) => !name.includes('/trpc/'))
  expect(files.map(({ name }) => name.replace(/-\w+(?=\.\w+$)/, '')).sort()).toEqual(['/mephisto/console/', ...files.filter(({ name }) => name.includes('chunk')).map(() => '/mephisto/console/chunk.js'), '/mephisto/console/main.css', '/mephisto/console/main.js'])
  expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MOST_BYTES)
})

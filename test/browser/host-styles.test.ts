import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { styleSheet } from '../../scripts/bundled.js'
import { playKettles } from '../console-stage.js'
import { browserPages, look } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'
import { stagePage } from './stage-page.js'

// The console within an app that has a reset, a theme and a store of its own: nothing leaks either way.

const { open } = browserPages()
const served = stagePage(new URL('host-page.tsx', import.meta.url), [])
const { stage, played: run, come } = consolePages(playKettles, {}, { page: served })

const HOST = readFileSync(new URL('host.css', import.meta.url), 'utf8')
const OURS = ['react/review/review.css', 'react/console/console.css'].map(styleSheet).join('\n')

async function openHost(styles: readonly string[], more = ''): Promise<Page> {
  const page = await open(WIDE)
  await come(page, 'rita')
  await page.goto(`${stage().origin}/work?run=${run().id}${more}`)
  for (const content of styles) await page.addStyleTag({ content })
  await page.getByRole('article', { name: 'Unit under review' }).waitFor()
  await page.getByText('Answers to the same item').first().waitFor()
  await page.getByText('More with it').click()
  await page.getByRole('button', { name: 'Filter' }).click()
  return page
}

const SIDES = ['top', 'right', 'bottom', 'left']
/** What shows of an element beside where it is. */
const SEEN = [
  'display', 'position', 'color', 'background-color', 'background-image', 'font-family', 'font-size', 'font-weight', 'font-style', 'font-variant-caps', 'letter-spacing', 'line-height', 'text-transform', 'text-align', 'text-indent',
  'text-decoration-line', 'list-style-type', 'border-collapse', 'border-spacing', 'vertical-align', 'white-space-collapse', 'opacity', 'cursor', 'border-top-left-radius', 'column-gap', 'row-gap', 'appearance', 'fill', 'stroke',
  ...SIDES.flatMap(side => [`padding-${side}`, `margin-${side}`, `border-${side}-width`]),
]

/** How all that an element holds looks, each by its place, tag and class. */
function looks(page: Page, root: string): Promise<readonly { readonly name: string; readonly style: Readonly<Record<string, string>> }[]> {
  return page.locator(root).evaluate((element, { seen, sides }) => [element, ...element.querySelectorAll('*')].map((one, index) => {
    const style = getComputedStyle(one)
    const shown = [...seen, ...sides.filter(side => style.getPropertyValue(`border-${side}-width`) !== '0px').flatMap(side => [`border-${side}-style`, `border-${side}-color`])]
    return { name: `${String(index)} ${one.tagName.toLowerCase()}.${one.getAttribute('class') ?? ''}`, style: Object.fromEntries(shown.map(property => [property, style.getPropertyValue(property)])) }
  }), { seen: SEEN, sides: SIDES })
}

async function expectSame(one: ReturnType<typeof looks>, other: ReturnType<typeof looks>): Promise<void> {
  const [before, after] = [await one, await other]
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name))
  const different = before.flatMap(({ name, style }, index) => Object.keys(style).flatMap(property => (after[index]?.style[property] === style[property] ? [] : [`${name} ${property}: ${style[property] ?? ''} -> ${after[index]?.style[property] ?? ''}`])))
  expect(different).toEqual([])
}

test('looks as it does alone, whatever the host resets, and leaves the host as it was', { timeout: 180_000 }, async () => {
  const [alone, together, host] = [await openHost([OURS, 'body { margin: 0 }']), await openHost([OURS, HOST]), await openHost([HOST])]
  await expectSame(looks(alone, '.mephisto-console'), looks(together, '.mephisto-console'))
  await expectSame(looks(host, '#shop'), looks(together, '#shop'))
  await look(together, 'host-console')
})

test('has a store of its own, and takes the colours that the host sets', async () => {
  const page = await openHost([OURS, '.mephisto-console { --mephisto-accent: rgb(120, 20, 140); --mephisto-radius: 0 }'])
  expect(await page.evaluate(() => (window as unknown as { storeKeys(): unknown }).storeKeys())).toEqual([['shop']])
  expect(await page.getByRole('button', { name: /^Waiting/ }).evaluate(button => getComputedStyle(button).backgroundColor)).toBe('rgb(120, 20, 140)')
  await page.keyboard.press('a')
  await page.getByRole('status').filter({ hasText: 'Approved, paid' }).waitFor()
  expect(await page.evaluate(() => (window as unknown as { storeKeys(): unknown }).storeKeys())).toEqual([['shop']])
})

test('leaves what a host draws of an answer to the styles of the host, or gives it plain ones', async () => {
  const seen = async (styles: readonly string[]) => (await openHost(styles, '&view')).locator('.kettle').evaluate(text => {
    const [own, strong] = [getComputedStyle(text), getComputedStyle(text.querySelector('strong') ?? text)]
    return [own.marginTop, own.textIndent, strong.color]
  })
  expect(await seen([OURS])).toEqual(['0px', '0px', 'rgb(22, 24, 29)'])
  expect(await seen([OURS, HOST])).toEqual(['32px', '16px', 'rgb(119, 0, 0)'])
  expect(await seen([`.kettle { margin: 5px; text-indent: 2px }`, OURS])).toEqual(['5px', '2px', 'rgb(22, 24, 29)'])
})

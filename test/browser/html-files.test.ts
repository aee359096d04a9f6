import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { look, PHONE } from './browser-pages.js'
import { htmlBrowser } from './html-browser.js'
import { filing, snapshot } from './html-task-pages.js'

// Files of HTML tasks as people hand them in and look at them.
const stage = htmlBrowser([filing, snapshot])
const { open, accept, answersOf, answered } = stage
/** The smallest picture there is. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

/** A tenth of a second of silence: a WAV file of 8-bit samples, 8,000 a second. */
const SOUND = (() => {
  const [head, samples] = [Buffer.alloc(44), Buffer.alloc(800, 128)]
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  for (const [value, at] of [[16, 16], [8_000, 24], [8_000, 28], [samples.length, 40]] as const) head.writeUInt32LE(value, at)
  for (const [value, at] of [[1, 20], [1, 22], [1, 32], [8, 34]] as const) head.writeUInt16LE(value, at)
  head.write('data', 36)
  return Buffer.concat([head, samples])
})()

/** A moment of film, as a page records it. */
async function film(page: Page): Promise<Buffer> {
  return Buffer.from(await page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    const [drawing, recorder] = [canvas.getContext('2d'), new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' })]
    const parts: Blob[] = []
    recorder.addEventListener('dataavailable', event => { parts.push(event.data) })
    const stopped = new Promise(resolve => { recorder.addEventListener('stop', resolve) })
    recorder.start()
    for (let frame = 0; frame < 8; frame += 1) {
      drawing?.fillRect(frame * 5, 0, 5, 20)
      await new Promise(resolve => { setTimeout(resolve, 50) })
    }
    recorder.stop()
    await stopped
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
  }))
}

/** A page of the host with the review screen, as its own build would make it. */
async function addReviewPage(): Promise<void> {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'tsx',
      contents: `import { createElement } from 'react'; import { createRoot } from 'react-dom/client'; import { ReviewApp } from './react/review/index.js'
        import { createMephistoClient } from './sdk/client/index.js'; import './react/review/review.css'
        createRoot(document.getElementById('root')).render(createElement(ReviewApp, { client: createMephistoClient({ url: '/mephisto/' }) }))`,
    },
    bundle: true, write: false, format: 'iife', jsx: 'automatic', outdir: '/', define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'silent',
  })
  const texts = new Map(outputFiles.map(({ path, text }) => [path.endsWith('.css') ? 'css' : 'js', text]))
  stage.host.app.get('/review', (_request, response) => {
    response.type('html').send(`<!doctype html><html lang=en><meta name=viewport content="width=device-width"><title>Review</title><style>${texts.get('css') ?? ''}</style><body><div id=root></div><script>${texts.get('js')?.replaceAll('</script', '<\\/script') ?? ''}</script>`)
  })
}

describe('files of an HTML task', () => {
  test('hands files in: sent as soon as they are chosen, found again after a reload, taken out again', async () => {
    const run = await stage.host.launch(filing, [{ thing: 'a receipt' }, { thing: 'a bill' }])
    const page = await open(PHONE)
    await accept(page, run, 'fay')
    const [picture, others] = [page.getByLabel('Picture'), page.getByLabel('Others')]
    await page.getByRole('button', { name: 'Send' }).click()
    expect(await picture.evaluate((control: HTMLInputElement) => control.validity.valueMissing)).toBe(true)
    await picture.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('text') })
    await page.getByText('"notes.txt" cannot be handed in here; choose a picture.').first().waitFor()
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Your answer was not sent:').waitFor()
    await look(page, 'html-files-refused')
    await picture.setInputFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: PICTURE })
    await others.setInputFiles([{ name: 'one.txt', mimeType: 'text/plain', buffer: Buffer.from('one') }, { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('two') }])
    await others.setInputFiles({ name: 'three with a long name that does not end before the edge of a phone.txt', mimeType: 'text/plain', buffer: Buffer.from('three') })
    await expect.poll(() => page.getByRole('button', { name: /^Remove/ }).count()).toBe(4)
    await page.getByRole('button', { name: 'Remove two.txt' }).click()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('others')
    await look(page, 'html-files')
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual(['notes.txt', 'receipt.png'])
    await page.reload()
    await page.getByRole('button', { name: /Continue/ }).click()
    await expect.poll(() => page.getByRole('button', { name: /^Remove/ }).count()).toBe(3)
    await page.getByLabel('Note').fill('done')
    await page.getByRole('button', { name: 'Send' }).click()
    await answered(run, 1)
    expect(await answersOf(run)).toMatchObject([{
      picture: { name: 'receipt.png', mediaType: 'image/png', bytes: PICTURE.length }, others: [{ name: 'one.txt', bytes: 3 }, { bytes: 5 }], note: 'done',
    }])
  })

  test('may hand in while files are on their way: they go first, also when the connection is lost meanwhile', async () => {
    const run = await stage.host.launch(filing, [{ thing: 'a receipt' }])
    const page = await open()
    await accept(page, run, 'gus')
    await page.context().setOffline(true)
    await page.getByLabel('Picture').setInputFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: PICTURE })
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText(/Connection lost/).first().waitFor()
    expect(await answersOf(run)).toEqual([])
    await page.context().setOffline(false)
    await answered(run, 1)
  })

  test('are part of the answer also where a script hands in at once', async () => {
    const run = await stage.host.launch(snapshot, [{}])
    const page = await open()
    await accept(page, run, 'ivy')
    await page.getByLabel('Picture').setInputFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: PICTURE })
    await answered(run, 1)
    expect(await answersOf(run)).toMatchObject([{ picture: { name: 'receipt.png' } }])
  })

  test('are too large before they are sent, and make room when they are taken out', async () => {
    const run = await stage.host.launch(filing, [{ thing: 'a receipt' }])
    const page = await open()
    await accept(page, run, 'joe')
    await page.getByLabel('Others').setInputFiles({ name: 'large.bin', mimeType: '', buffer: Buffer.alloc(2_000_001) })
    await page.getByText('"large.bin" is too large: at most 2 MB can be handed in here.').first().waitFor()
    await page.getByRole('button', { name: 'Remove large.bin' }).click()
    for (let times = 0; times < 25; times += 1) {
      await page.locator('[name=picture]').setInputFiles({ name: `picture ${String(times)}.png`, mimeType: 'image/png', buffer: PICTURE })
      await page.getByText(`picture ${String(times)}.png`, { exact: true }).waitFor()
      await expect.poll(() => page.getByText('70 bytes').count()).toBe(1)
    }
    await page.getByRole('button', { name: 'Send' }).click()
    await answered(run, 1)
    expect(await answersOf(run)).toMatchObject([{ picture: { name: 'picture 24.png' }, others: [] }])
  })

  test('are shown to reviewers: pictures are seen, sound and film have players, other files can be saved', async () => {
    await addReviewPage()
    const run = await stage.host.launch(filing, [{ thing: 'a receipt' }])
    const worker = await open()
    await accept(worker, run, 'hal')
    await worker.getByLabel('Picture').setInputFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: PICTURE })
    await worker.getByLabel('Others').setInputFiles([
      { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') },
      { name: 'said.wav', mimeType: 'audio/wav', buffer: SOUND }, { name: 'seen.webm', mimeType: 'video/webm', buffer: await film(worker) }, { name: 'torn.webm', mimeType: 'video/webm', buffer: Buffer.from('film') },
    ])
    await worker.getByRole('button', { name: 'Send' }).click()
    await answered(run, 1)
    const page = await open()
    await page.goto(`${stage.host.origin}/review`)
    const picture = page.getByRole('img', { name: 'receipt.png' })
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
    const players = page.locator('audio, video')
    await expect.poll(() => players.evaluateAll(all => all.map(one => [one.tagName, one.getAttribute('aria-label')]))).toEqual([['AUDIO', 'said.wav'], ['VIDEO', 'seen.webm']])
    // What is no film has no player that cannot play it.
    await page.locator('.mephisto-review-file', { hasText: 'torn.webm' }).getByText('cannot be shown now').waitFor()
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /page\.html/ }).click()])
    expect(saved.suggestedFilename()).toBe('page.html')
    await look(page, 'review-files')
  })
})

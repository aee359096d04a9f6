import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answerNodeRequest } from '../../adapters/node-request.js'
import type { TaskRun } from '../../sdk/index.js'
import { startServer } from '../app-server.js'
import { closeAfterEach } from '../close-after-each.js'
import { keptIn, openFilesStage, photos, type FilesStage } from '../files-stage.js'
import { runCommand } from '../run-command.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'

describe('mephisto files', () => {
  let target: OwnTarget
  let stage: FilesStage
  let run: TaskRun
  let out: string
  beforeEach(async () => {
    target = await makeTarget('sqlite')
    stage = await openFilesStage(target)
    run = await stage.launch()
    out = join(mkdtempSync(join(tmpdir(), 'mephisto-out-')), 'files of answers')
    for (const name of ['ann', 'ben']) {
      const task = await stage.worker(name).accept(photos, run)
      const photo = await task.upload(`photo of ${name}`, { name: `${name} ü.png`, mediaType: 'image/png' })
      await task.upload('not handed in', { name: 'draft.png' })
      await task.submit({ photo })
    }
  })
  afterEach(async () => {
    rmSync(join(out, '..'), { recursive: true, force: true })
    await stage.close()
    await target.drop()
  })
  const keep = closeAfterEach()
  const saved = (): string[] => [...keptIn(out).keys()].map(name => `${name.slice(37)}: ${readFileSync(join(out, name), 'utf8')}`).sort()

  test('saves the files of a run from a database and the folder of its app, and goes on where it was', async () => {
    const words = ['files', '--db', target.at, '--store', stage.folder, '--run', run.id, '--out', out]
    expect(await runCommand(...words)).toEqual({ code: 0, err: '', out: `Saved 2 files, 24 bytes, to ${out}; 0 were there.\n` })
    expect(saved()).toEqual(['ann ü.png: photo of ann', 'ben ü.png: photo of ben'])
    const [first = ''] = [...keptIn(out).keys()]
    truncateSync(join(out, first), 3)
    expect(JSON.parse((await runCommand(...words, '--json')).out)).toEqual({ saved: 1, known: 1, bytes: 12 })
    expect(saved()).toEqual(['ann ü.png: photo of ann', 'ben ü.png: photo of ben'])
    await stage.mephisto.operator.expire(run.id)
    const dumped = await runCommand('dump', '--db', target.at, '--out', join(out, 'runs.dump'))
    expect(dumped.out).toMatch(/Their 2 files are not in it: save them with "mephisto files"/)
  })

  test('saves them through an app', async () => {
    const { url } = keep(await startServer((request, response) => {
      // The links have the address that the app was given, which nobody here can reach.
      void answerNodeRequest(stage.mephisto, { request, response, innerUrl: (request.url ?? '').replace(/^\/mephisto/, ''), baseUrl: 'http://test.invalid/mephisto/' })
    }))
    expect(await runCommand('files', '--url', url, '--run', run.id, '--out', out)).toEqual({ code: 0, err: '', out: `Saved 2 files, 24 bytes, to ${out}; 0 were there.\n` })
    expect(saved()).toEqual(['ann ü.png: photo of ann', 'ben ü.png: photo of ben'])
    expect((await runCommand('files', '--url', url, '--run', run.id, '--out', out, '--store', 'x')).err).toMatch(/An app knows where its files are/)
    expect((await runCommand('files', '--url', url, '--run', 'unknown-run', '--out', out)).err).toMatch(/There is no task run unknown-run/)
  })

  test('says what is wrong: no folder, an unknown run, content that is gone or was changed', async () => {
    const words = ['files', '--db', target.at, '--out', out]
    expect((await runCommand(...words, '--run', run.id)).err).toMatch(/say with --store in which folder the app keeps them/)
    expect((await runCommand(...words, '--store', stage.folder, '--run', 'unknown-run')).err).toMatch(/no task run unknown-run/)
    expect((await runCommand(...words, '--store', join(out, 'elsewhere'), '--run', run.id)).err).toMatch(/does not have the file .* \("ann ü\.png"\)\. Check --store/)
    const [kept = ''] = [...stage.kept()].filter(([, size]) => size === 12).map(([name]) => name)
    writeFileSync(join(stage.folder, kept), 'PHOTO of ann')
    expect(await runCommand(...words, '--store', stage.folder, '--run', run.id)).toMatchObject({ code: 1, err: expect.stringMatching(/was changed in the store/) as unknown })
    expect(saved()).toEqual([])
  })
})

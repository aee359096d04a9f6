import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answerLines } from '../../sdk/cli/answer-text.js'
import { runCli } from '../../sdk/cli/run-cli.js'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { RITA } from '../principals.js'
import { expectSound } from '../run-checks.js'
import { keptText, runCommand } from '../run-command.js'
import { answeredRun, sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
let run: TaskRun
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  run = await mephisto.operator.launch(sentiment, { ...sentimentRun(3), pay: { minor: 10, currency: 'USD' }, unitsPerAssignment: 2 })
  for (const name of ['ann', 'ben']) {
    for (let item = 0; item < 3; item += 1) {
      const task = await mephisto.worker(name).accept(sentiment, run)
      mephisto.runtime.advance(5_000)
      await task.submit({ label: 'positive', comment: `${name} ${String(item)}` })
    }
  }
})
afterEach(() => mephisto.close())

/** Runs the command for somebody who types these lines. */
async function review(...lines: readonly string[]): Promise<{ code: number; out: string }> {
  const to = keptText()
  const stdin = new PassThrough()
  stdin.end(lines.map(line => `${line}\n`).join(''))
  return { code: await runCli(['review', run.id, '--db', mephisto.file], { stdout: to, stderr: to, stdin }), out: to.text() }
}
const units = async () => (await mephisto.operator.progress(run.id)).units
const notes = async () => (await mephisto.db.decisions.find({})).rows.map(({ verdict, note, actorId }) => ({ verdict, note, isHere: actorId.startsWith('cli:') }))

describe('mephisto review', () => {
  test('shows answers as they came, and decides each by a letter', async () => {
    const { code, out } = await review('a', 's', 'r not English', 'k', 'a', 'a')
    expect(code).toBe(0)
    expect(out).toMatch(/^\nitem 0, by \S+ in 5 s, \$0\.10\n {2}asked\n {4}text: text 0\n {2}answered\n {4}label: positive\n {4}comment: ann 0\n\[a\/s\/r\/k\/u\/q\/\?\] /)
    expect(out.match(/comment: .*/g)).toEqual(['ann 0', 'ann 1', 'ann 2', 'ben 0', 'ben 1', 'ben 2'].map(comment => `comment: ${comment}`))
    expect(out).toMatch(/\ndecided 5, skipped 1; 1 wait for review\n$/)
    expect(await units()).toMatchObject({ accepted: 3, soft_rejected: 1, rejected: 1, completed: 1 })
    expect(await notes()).toContainEqual({ verdict: 'reject', note: 'not English', isHere: true })
    await expectSound(mephisto)
  })

  test('decides all of a worker that wait, and passes over them', async () => {
    const { out } = await review('A', 'R copied')
    expect(out.match(/comment: .*/g)).toEqual(['comment: ann 0', 'comment: ben 0'])
    expect(out).toContain('decided 3 answers of this worker')
    expect(await units()).toMatchObject({ accepted: 3, rejected: 3 })
    await expectSound(mephisto)
  })

  test('takes the last decision back, and shows its answer again', async () => {
    const { out } = await review('r', 'u', 'a', 'q')
    expect(out.match(/comment: .*/g)).toEqual(['comment: ann 0', 'comment: ann 1', 'comment: ann 0', 'comment: ann 1'])
    expect(out).toContain('1 wait again')
    expect(await units()).toMatchObject({ accepted: 1, completed: 5 })
    expect((await review('k', 'k', 'u', 'u', 'q')).out).toContain('1 wait again')
    expect((await review('u', 'q')).out).toContain('there is nothing to undo')
    await expectSound(mephisto)
  })

  test('helps with anything else, and stops where the typing ends', async () => {
    const { code, out } = await review('approve', '', '?', 'a')
    expect({ code, times: out.match(/a approve, s soft-reject/g)?.length }).toEqual({ code: 0, times: 3 })
    expect(await units()).toMatchObject({ accepted: 1, completed: 5 })
  })

  test('passes over what somebody else decides meanwhile, and says so where it is too late', async () => {
    const desk = mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review
    const stdin = new PassThrough()
    const to = keptText()
    const reviewing = runCli(['review', run.id, '--db', mephisto.file], { stdout: to, stderr: to, stdin })
    await expect.poll(to.text).toContain('ann 0')
    const { units: waiting } = await desk.queue({ run: run.id })
    await desk.decide({ decisionId: 'decision-1', unitIds: waiting.slice(0, 2).map(unit => unit.unitId), verdict: 'approve' })
    stdin.end('r\nq\n')
    expect(await reviewing).toBe(0)
    expect(to.text()).toContain('left as it is: ')
    expect(to.text().match(/comment: .*/g)).toEqual(['comment: ann 0', 'comment: ann 2'])
    expect(await units()).toMatchObject({ accepted: 2, rejected: 0 })
  })

  test('says which run there is not, and that nobody can be asked', async () => {
    expect(await runCommand('review', run.id, '--db', mephisto.file)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Nobody can be asked here') as string })
    run = { ...run, id: 'nowhere' }
    expect(await review('q')).toMatchObject({ code: 1, out: expect.stringContaining('There is no task run nowhere') as string })
  })
})

test('an answer cannot move the cursor or turn the text of the terminal', () => {
  const lines = answerLines('answered', { text: 'a\u001B[2Jb\u0007\u202Ec\r\nd', list: [1, '\u009B'] })
  expect(lines.join('\n')).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/)
  expect(lines[1]).toBe('    text: a\uFFFD[2Jb\uFFFD\uFFFDc\uFFFD\n      d')
  expect(answerLines('asked', 'yes')).toEqual(['  asked: yes'])
})

describe('mephisto review of answers that two judge', () => {
  test('keeps verdicts without asking again, tells what others said once it may, and undoes what can be undone', async () => {
    const { run: twice, unitIds } = await answeredRun(mephisto, ['ann', 'ben'], { task: 'twice', secondOpinions: 1 })
    run = twice
    expect((await review('A', 'u', 'a', 'q')).out).toMatch(/decided 0 answers of this worker[^]*1 wait again[^]*kept as what you would decide: it waits for a second verdict[^]*decided 0, skipped 0; 2 wait for review/)
    await mephisto.caller(RITA).review.decide({ decisionId: crypto.randomUUID(), unitIds, verdict: 'reject', note: 'copied' })
    const { out } = await review('u', 's', 'k')
    expect(out).toContain('Somebody else has spoken about this answer too; what you said stays.')
    expect(out.match(/Rita .*/g)).toEqual(['Rita would reject: copied', 'Rita would reject: copied', 'Rita has judged it; you see how once you have'])
    expect(await units()).toMatchObject({ completed: 1, soft_rejected: 1 })
    await expectSound(mephisto)
  })
})

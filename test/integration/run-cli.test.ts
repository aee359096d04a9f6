import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../../sdk/cli/run-cli.js'
import { implement, usd } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { keptText, runCommand } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
let run: string
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  run = (await mephisto.operator.launch(sentiment, { ...sentimentRun(3), pay: usd('0.10'), budget: usd('1') })).id
})
afterEach(() => mephisto.close())

const command = (...words: string[]) => runCommand(...words, '--db', mephisto.file)
const json = async (...words: string[]): Promise<unknown> => JSON.parse((await command(...words, '--json')).out)

async function answer(name: string): Promise<string> {
  const task = await mephisto.worker(name).accept(sentiment, { id: run })
  await task.submit({ label: 'positive' })
  return task.unitId
}

describe('mephisto', () => {
  test('pauses, resumes, drains and ends runs', async () => {
    expect(await command('pause', run)).toEqual({ code: 0, out: `${run} is paused: 0/3 answered\n`, err: '' })
    expect(await json('resume', run)).toMatchObject({ id: run, status: 'running', money: { budget: usd('1') } })
    await mephisto.worker('ann').accept(sentiment, { id: run })
    expect((await command('drain', run)).out).toBe(`${run} is draining: 0/3 answered\n`)
    expect(await command('pause', run)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('cannot pause') as string })
    expect(await json('expire', run)).toMatchObject({ status: 'expired', unitsOpen: 0 })
  })

  test('lets work be done again', async () => {
    const unit = await answer('ann')
    await mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId: 'decision-1', unitIds: [unit], verdict: 'reject' })
    expect(await json('requeue', run, '--status', 'soft_rejected')).toMatchObject({ added: 0 })
    expect((await command('requeue', run, '--limit', '5')).out).toBe(`added 1 units to ${run}\n`)
    expect(await command('requeue', run, '--status', 'accepted')).toMatchObject({ code: 2 })
  })

  test('gives a run more money and more people for each item', async () => {
    expect(await command('top-up', run, '--units-per-assignment', '2', '--budget', '2.50')).toEqual({ code: 0, out: `added 3 units to ${run}, which may spend $2.50\n`, err: '' })
    expect(await json('top-up', run, '--units-per-assignment', '2')).toMatchObject({ unitsAdded: 0, run: { unitsTotal: 6, unitsPerAssignment: 2, money: { budget: usd('2.50') } } })
    expect(await command('top-up', run)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('give what the run gets more of') as string })
    expect(await command('top-up', run, '--budget', '0.001')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('decimals') as string })
    expect(await command('top-up', run, '--units-per-assignment', 'two')).toMatchObject({ code: 2, err: expect.stringContaining('whole number') as string })
  })

  test('changes how long leases are', async () => {
    expect((await command('extend', run, '--lease-ms', '60000')).out).toBe(`leases of ${run} are 60000 ms from now on\n`)
    expect(await json('extend', run, '--lease-ms', '90000')).toMatchObject({ leaseMs: 90_000 })
    expect(await command('extend', run, '--lease-ms', '5')).toMatchObject({ code: 1, err: expect.stringContaining('leaseMs') as string })
    expect(await command('extend', run)).toMatchObject({ code: 2, err: expect.stringContaining('--lease-ms') as string })
  })

  test('compensates somebody once under an id', async () => {
    await answer('ann')
    const pay = ['compensate', run, 'ann', '0.25', '--reason', 'the page broke', '--request-id', 'compensation-1'] as const
    expect(await command(...pay)).toEqual({ code: 0, out: 'ann gets $0.25 (compensation-1)\n', err: '' })
    expect(await json(...pay)).toMatchObject({ amount: usd('0.25'), compensationId: 'compensation-1' })
    expect(await json('progress', run)).toMatchObject({ run: { money: { owed: usd('0.25') } } })
    const [fresh, plain] = [await command('compensate', run, 'ann', '0.01', '--reason', 'more', '--json'), await command('compensate', run, 'ann', '0.01', '--reason', 'more')]
    const ids = [fresh, plain].map(({ err }) => /^request id (\S+); give it with --request-id to repeat this safely\n$/.exec(err)?.[1])
    expect(ids).toEqual([(JSON.parse(fresh.out) as { compensationId: string }).compensationId, /\((\S+)\)/.exec(plain.out)?.[1]])
    expect(await command('compensate', run, 'ann', '9', '--reason', 'more')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^request id [^]*budget/) as string })
    expect(await command('compensate', run, 'nobody', '0.10', '--reason', 'more')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('nobody') as string })
    expect(await command('compensate', run, 'ann', '0.10')).toMatchObject({ code: 2, err: expect.stringContaining('--reason') as string })
  })

  test('says how a run stands', async () => {
    await answer('ann')
    const { out } = await command('progress', run)
    expect(out).toContain(`tweets (${run}) is running\n[##########....................] 1/3 answered by 1 people\nfree 2, under way 0, waiting for review 1,`)
    expect(out).toContain('spent $0.00, reserved $0.10 of $1.00; $0.30 when all is answered and accepted')
    expect(await json('progress', run)).toMatchObject({ units: { launched: 2, completed: 1 }, dropOuts: { returned: 0 } })
  })

  test('watches a run until it is over, a line for each change', async () => {
    const watching = command('watch', run, '--json')
    await answer('ann')
    await new Promise(resolve => setTimeout(resolve, 400))
    await mephisto.operator.drain(run)
    const { code, out } = await watching
    const lines = out.trim().split('\n').map(line => JSON.parse(line) as { run: { status: string } })
    expect(code).toBe(0)
    expect(lines.at(0)?.run.status).toBe('running')
    expect(lines.at(-1)).toMatchObject({ run: { status: 'completed', unitsAnswered: 1 } })
    expect((await command('watch', run)).out).toMatch(/^completed {2}1\/3 answered, 0 under way {2}[\d.]+ answers an hour\n$/)
  })

  test('shows a screen on a terminal, each over the one before', async () => {
    const terminal = keptText(60)
    const watching = runCli(['watch', run, '--db', mephisto.file], { stdout: terminal, stderr: terminal })
    await expect.poll(terminal.text).toContain('is running')
    await mephisto.operator.drain(run)
    expect(await watching).toBe(0)
    const written = terminal.text()
    const screens = written.split(/\u001B\[\d+A\u001B\[0J/)
    expect(screens.length).toBeGreaterThan(1)
    expect(screens.at(-1)).toContain('is completed')
    for (const line of written.replaceAll(/\u001B\[\d+[AJm]/g, '').split('\n')) expect(line.length).toBeLessThan(60)
  })

  test.each(['pause', 'resume', 'drain', 'expire', 'requeue', 'progress', 'watch'])('%s says which run there is not, and asks for one', async name => {
    expect(await command(name, 'nowhere')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no task run nowhere') as string })
    expect(await command(name)).toMatchObject({ code: 2, err: expect.stringContaining("missing required argument 'run'") as string })
  })
})

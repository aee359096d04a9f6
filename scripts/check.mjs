// The whole check: the tests, then everything else that must hold. A step that fails shows its output; the next one runs
// all the same. The last line is `N passed, N failed`: every test counts as one, and every step that is not a test.
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const IN_CI = process.env.MEPHISTO_CI === '1'
const reports = mkdtempSync(join(tmpdir(), 'mephisto-check-'))
const MINUTES = 60_000
/** With `CI`, vitest refuses `test.only`. */
const ENVIRONMENT = { ...process.env, NO_COLOR: '1', ...(IN_CI ? { CI: '1' } : {}) }

/**
 * What runs, in this order. `tests` steps report through vitest; the README's test command is the first. What follows a step and is `beside`
 * runs while that step does, one after the other: a browser is waited for more than it computes.
 */
const STEPS = [
  { name: 'tests', command: `${isInstalled() ? '' : 'npm ci && '}npm test`, tests: true, workers: 2, limitMs: 50 * MINUTES },
  { name: 'browser', command: 'npm run test:browser', tests: true, mayNotSkip: IN_CI, limitMs: 20 * MINUTES },
  { name: 'types', beside: true, command: 'npm run types', limitMs: 10 * MINUTES },
  { name: 'lint', beside: true, command: 'npm run lint', limitMs: 15 * MINUTES },
  { name: 'layers', beside: true, command: 'npm run layers', limitMs: 5 * MINUTES },
  { name: 'knip', beside: true, command: 'npx --no knip', limitMs: 5 * MINUTES },
  { name: 'packaging', command: 'npm run test:packaging', tests: true, limitMs: 15 * MINUTES },
]

/** True when `node_modules` is what the lock file says, apart from packages of other platforms. */
function isInstalled() {
  const packagesIn = file => JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false
  const installed = packagesIn('node_modules/.package-lock.json')
  return Object.entries(packagesIn('package-lock.json'))
    .every(([path, wanted]) => path === '' || wanted.optional || wanted.peer || wanted.devOptional || installed[path]?.version === wanted.version)
}

/** What all steps have said so far, to follow them. */
const LIVE = join(ROOT, 'test-output/check.log')
mkdirSync(join(ROOT, 'test-output'), { recursive: true })
writeFileSync(LIVE, '')

/** Runs a command in a process group of its own, which ends with it, with its time or with us. */
function run(command, limitMs) {
  return new Promise(resolve => {
    const child = spawn(command, { cwd: ROOT, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT })
    let output = ''
    const endGroup = () => { try { process.kill(-child.pid, 'SIGKILL') } catch { /* it has ended */ } }
    const timer = setTimeout(() => { output += `\nTook longer than ${limitMs / MINUTES} minutes.\n`; endGroup() }, limitMs)
    process.once('exit', endGroup)
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => { output += text; appendFileSync(LIVE, text) })
    child.once('close', status => {
      clearTimeout(timer)
      endGroup()
      process.off('exit', endGroup)
      resolve({ ok: status === 0, output })
    })
  })
}

/** What a vitest report counts; a run that fails without a failing test, or runs none, counts as one failure. */
function countTests(file, { ok, mayNotSkip }) {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(file, 'utf8'))
  const failed = numFailedTests + (mayNotSkip ? numPendingTests + numTodoTests : 0)
  return { passed, failed: failed === 0 && (!ok || passed === 0) ? 1 : failed }
}

/** The files that took longest, with their seconds: what to look at when the check gets slow. */
function slowestFiles(file) {
  const files = JSON.parse(readFileSync(file, 'utf8')).testResults.map(({ name, startTime, endTime }) => ({ name: basename(name, '.test.ts'), seconds: Math.round((endTime - startTime) / 1000) }))
  return `; longest: ${files.sort((a, b) => b.seconds - a.seconds).slice(0, 8).map(({ name, seconds }) => `${name} ${seconds} s`).join(', ')}`
}

async function runStep({ name, command, tests = false, workers, mayNotSkip = false, limitMs }) {
  const started = performance.now()
  const report = join(reports, `${name}.json`)
  // Most of the time a test waits for the disk: two files at once, also on two processors.
  const atOnce = workers === undefined ? '' : ` --maxWorkers=${workers}`
  const { ok, output } = await run(tests ? `${command} --${atOnce} --reporter=default --reporter=json --outputFile.json=${report}` : command, limitMs)
  const counts = tests ? countTests(report, { ok, mayNotSkip }) : { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
  if (counts.failed > 0) console.log(`\n--- ${name}: ${command}\n${output.trimEnd()}\n---\n`)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const slowest = tests && existsSync(report) ? slowestFiles(report) : ''
  console.log(`${counts.failed > 0 ? 'FAILED' : 'ok    '} ${name.padEnd(10)} ${counts.passed} passed, ${counts.failed} failed, ${seconds} s${slowest}`)
  return counts
}

/** Steps with those that run beside them. */
function groupsOf(steps) {
  const groups = []
  for (const step of steps) {
    if (step.beside && groups.length > 0) groups.at(-1).beside.push(step)
    else groups.push({ step, beside: [] })
  }
  return groups
}

async function runGroup({ step, beside }) {
  const inTurn = async steps => {
    const counts = []
    for (const one of steps) counts.push(await runStep(one))
    return counts
  }
  return (await Promise.all([inTurn([step]), inTurn(beside)])).flat()
}

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !STEPS.some(step => step.name === name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}; there are ${STEPS.map(step => step.name).join(', ')}.`)
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { process.exit(130) })
const total = { passed: 0, failed: 0 }
for (const group of groupsOf(STEPS.filter(({ name }) => asked.length === 0 || asked.includes(name)))) {
  for (const { passed, failed } of await runGroup(group)) {
    total.passed += passed
    total.failed += failed
  }
}
rmSync(reports, { recursive: true, force: true })
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
console.log(`${total.passed} passed, ${total.failed} failed`)

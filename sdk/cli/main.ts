#!/usr/bin/env node
import { COMPLETE } from './completion/shell-scripts.js'
import { DOCTOR } from './doctor-command.js'
import { keepHeapLean } from './lean-heap.js'
import { runCli } from './run-cli.js'

keepHeapLean()
const words = process.argv.slice(2)
process.exitCode = await runCli(words, { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin })
// Somebody waits at a key, and a database that does not answer may hold this process; so may what an app opens that a doctor loads.
if (words[0] === COMPLETE || words[0] === DOCTOR) process.stdout.write('', () => { process.exit() })

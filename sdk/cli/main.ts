#!/usr/bin/env node
import { COMPLETE } from './completion/shell-scripts.js'
import { runCli } from './run-cli.js'

const words = process.argv.slice(2)
process.exitCode = await runCli(words, { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin })
// Somebody waits at a key, and a database that does not answer may hold this process.
if (words[0] === COMPLETE) process.stdout.write('', () => { process.exit() })

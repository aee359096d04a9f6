#!/usr/bin/env node
import { runCli } from './run-cli.js'

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env, stdout: process.stdout, stderr: process.stderr,
})

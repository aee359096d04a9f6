// One contract on every kind of host.
import compression from 'compression'
import express from 'express'
// @ts-expect-error it brings no types
import untyped from 'express4'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { hostContract } from '../../sdk/testing/index.js'
import { CLUSTER, inExpress, inFastify, inFourProcesses, inHono, inLocal, inNode, type Open } from '../host-servers.js'
import { bundledProgram, type BundledProgram } from '../scenarios/promise-fork.js'

const express4 = untyped as typeof express

describe.each<[string, Open]>([
  ['Express 5', inExpress()],
  ['Express 5, after its JSON parser', inExpress(app => app.use(express.json({ limit: '1mb' })))],
  ['Express 5 that compresses', inExpress(app => app.use(compression()))],
  ['Express 4', inExpress(() => undefined, express4)],
  ['Fastify 5', inFastify],
  ['Hono', inHono],
  ['node:http', inNode],
  ['a server of our own', inLocal],
])('%s', (_, open) => { hostContract({ test, open, hasSockets: true }) })

describe('Express in four processes', () => {
  let program: BundledProgram
  beforeAll(async () => { program = await bundledProgram(CLUSTER) })
  afterAll(() => { program.remove() })
  hostContract({ test, open: inFourProcesses(() => program) })
})

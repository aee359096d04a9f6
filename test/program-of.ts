import { afterAll } from 'vitest'
import { bundledProgram } from './scenarios/promise-fork.js'

/** Bundles a script of the tests, so that each process of it starts in a moment; it is removed after the tests of the file. Call it where tests are collected. */
export async function programOf(script: URL): Promise<string> {
  const { path, remove } = await bundledProgram(script)
  afterAll(remove)
  return path
}

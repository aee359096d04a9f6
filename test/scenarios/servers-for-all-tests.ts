import { afterAll, beforeAll } from 'vitest'
import { bundledServers, type Servers } from './promise-fork.js'

/** Servers in processes of their own for all tests of a file; those that are left in the end are killed. */
export function serversForAllTests(take: (servers: Servers) => void): void {
  let servers: Servers | null = null
  beforeAll(async () => { take(servers = await bundledServers()) })
  afterAll(() => servers?.close())
}

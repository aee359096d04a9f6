import { generateClients } from '../scripts/prisma/client.js'

/** Before the tests: the Prisma clients that some of them use, where they are missing or out of date. */
export async function setup(): Promise<void> {
  await generateClients()
}

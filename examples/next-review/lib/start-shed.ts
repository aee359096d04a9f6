import { password } from './login'
import { mephisto, sorting } from './mephisto'

/** Starts what runs in the background, and ends it with the server. */
export async function startShed(): Promise<void> {
  const instance = await mephisto()
  instance.start()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void instance.close() })
  await sorting()
  console.log(`\n  Sign in as Ann or Ben (members), or as Rita (keeper). The password: ${await password()}\n`)
}

/** Runs when the server starts: what Mephisto does in the background, and its end. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return
  const { startShed } = await import('./lib/start-shed')
  await startShed()
}

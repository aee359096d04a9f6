export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return
  const { mephisto } = await import('./lib')
  // Next waits for what is under way; what is streamed ends with the instance.
  process.once('SIGTERM', () => { void mephisto().then(instance => instance.close()) })
}

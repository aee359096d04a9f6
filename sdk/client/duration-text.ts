/** A stretch of time for people: `45 seconds`, `12 minutes`, `1 hour 30 minutes`. */
export function durationText(ms: number): string {
  const plural = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return plural(seconds, 'second')
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return plural(minutes, 'minute')
  const hours = plural(Math.floor(minutes / 60), 'hour')
  return minutes % 60 === 0 ? hours : `${hours} ${plural(minutes % 60, 'minute')}`
}

/** A countdown: `4:05`, or `1:04:05` from an hour on. Rounded up, so that it shows 0:00 only when the time is over. */
export function countdownText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** Below this the countdown warns, ms. */
const WARN_MS = 60_000

/** What to say of the time that is left, ms; null while there is plenty. */
export function leaseWarning(leftMs: number): string | null {
  if (leftMs >= WARN_MS) return null
  return leftMs === 0 ? 'Your time is over. Checking whether this item is still yours…' : 'Less than a minute left.'
}

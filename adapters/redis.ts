import { Redis } from 'ioredis'
import { MephistoError } from '../sdk/errors.js'
import { textsIn, type EventBus } from '../sdk/ports/event-bus.js'

/** Where the Redis server is whose channel wakes other processes. */
export interface RedisBusOptions {
  /** `redis://host:6379` or `rediss://user:password@host:6380`: all processes name the same one. */
  readonly url: string
  /** The channel. @default 'mephisto' */
  readonly channel?: string
}

/** Texts of one message. */
const MOST_TEXTS = 1_000
const [CONNECT_MS, MOST_MS] = [5_000, 5_000]

/**
 * An event bus over a Redis channel (https://redis.io/docs/latest/develop/pubsub/), on two connections of its own. Nothing is connected until it is used.
 * @throws MephistoError `invalid_options` for an address that is none
 */
export function redisBus({ url, channel = 'mephisto' }: RedisBusOptions): EventBus {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) throw new MephistoError('invalid_options', 'redisBus: url: must look like redis://host:6379.')
  const retryStrategy = (tries: number): number => Math.min(MOST_MS, 50 * 2 ** tries)
  // What cannot be sent at once is not kept: it would wake nobody in time.
  const options = { lazyConnect: true, connectTimeout: CONNECT_MS, commandTimeout: CONNECT_MS, maxRetriesPerRequest: 1, retryStrategy } as const
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false })
  const subscriber = new Redis(url, { ...options, commandTimeout: undefined })
  // Without a listener each error would be printed.
  for (const one of [publisher, subscriber]) one.on('error', () => undefined)
  const listeners = new Set<(texts: readonly string[] | null) => void>()
  let isSubscribed = false
  let connecting: Promise<void> | null = null
  subscriber.on('message', (_channel: string, text: string) => {
    const texts = textsIn(text)
    for (const listener of listeners) listener(texts)
  })
  // It subscribes again by itself; what was published meanwhile is gone.
  subscriber.on('ready', () => { if (isSubscribed) for (const listener of listeners) listener(null) })
  return {
    specVersion: 1,
    async publish(texts) {
      if (publisher.status === 'wait' || publisher.status === 'connecting') await (connecting ??= publisher.connect()).catch(unreachable)
      for (let from = 0; from < texts.length; from += MOST_TEXTS) await publisher.publish(channel, JSON.stringify(texts.slice(from, from + MOST_TEXTS))).catch(unreachable)
    },
    async listen(listener) {
      listeners.add(listener)
      try {
        await subscriber.subscribe(channel)
        isSubscribed = true
      } catch (error) {
        listeners.delete(listener)
        unreachable(error)
      }
      return () => {
        listeners.delete(listener)
        return Promise.resolve()
      }
    },
    close() {
      listeners.clear()
      publisher.disconnect()
      subscriber.disconnect()
      return Promise.resolve()
    },
  }
}

function unreachable(cause: unknown): never {
  throw new MephistoError('unavailable', 'The server of the event bus could not be reached.', { cause })
}

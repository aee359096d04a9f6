import { v7 } from 'uuid'
import { silentLogger } from '../ports/system-runtime.js'
import type { Runtime } from '../ports/runtime.js'

/** A runtime whose time stands still until it is told to go on, with ids and randomness from a seed. */
export interface VirtualRuntime extends Runtime {
  /** Moves the clock, ms; a negative amount is a clock that jumps back. */
  advance(ms: number): void
}

/** A virtual runtime. Two with the same seed and start behave the same. @default startAt 2026-01-01T00:00:00Z, seed 1 */
export function virtualRuntime({ startAt = Date.UTC(2026, 0, 1), seed = 1 }: { readonly startAt?: number; readonly seed?: number } = {}): VirtualRuntime {
  const random = seededRandom(seed)
  let now = startAt
  let sequence = 0
  return {
    now: () => now,
    advance: ms => { now += ms },
    random,
    newId: () => v7({ msecs: now, seq: (sequence += 1), random: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)) }),
    logger: silentLogger,
  }
}

/** Numbers in [0, 1) from a seed: the mulberry32 generator (public domain, T. Ettinger 2017). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

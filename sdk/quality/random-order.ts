const ROUNDS = 6

/**
 * The numbers from 0 to `count - 1`, each once, in an order by chance that the seed alone decides; found one by one, in constant memory. `count` is
 * at most 2^30. A Feistel network permutes all numbers of an even number of bits, and those that are too large are passed over: at most three of four
 * (Black and Rogaway 2002, Ciphers with arbitrary finite domains: cycle walking). Pure.
 */
export function* randomOrder(count: number, seed: number): Generator<number, void> {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, count)) / 2))
  for (let index = 0; index < 4 ** halfBits; index += 1) {
    const place = permuted(index, halfBits, seed)
    if (place < count) yield place
  }
}

function permuted(index: number, halfBits: number, seed: number): number {
  const mask = 2 ** halfBits - 1
  let [left, right] = [index >>> halfBits, index & mask]
  for (let round = 0; round < ROUNDS; round += 1) [left, right] = [right, left ^ (mixed(right + Math.imul(round + 1, 0x9e3779b9), seed) & mask)]
  return left * 2 ** halfBits + right
}

/** 32 bits of which each depends on all of both: the finalizer of MurmurHash3 (Appleby, public domain). */
function mixed(value: number, seed: number): number {
  let hash = Math.imul(value, 0xcc9e2d51) ^ seed
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A seed from a text: FNV-1a, 32 bits. Pure. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

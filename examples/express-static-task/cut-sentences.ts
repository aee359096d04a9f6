const SEGMENTER = new Intl.Segmenter('en', { granularity: 'sentence' })
const FEWEST_WORDS = 8
const MOST_WORDS = 60

/** After these a sentence always goes on: "Mr. Speaker", "Gen. Powell", "No. 1". */
const TITLES = 'Mr|Mrs|Ms|Messrs|Dr|Prof|Gen|Sen|Rep|Reps|Gov|Lt|Col|Capt|Maj|Sgt|Cpl|Pvt|Adm|Hon|Rev'
const GOES_ON = new RegExp(String.raw`(?:^|[\s("“'‘[])(?:${TITLES}|St|Mt|Ft|No|Nos|Vol|Art|Sec|vs|viz|cf|i\.e|e\.g)\.\s*$`)
/** After these it may end or go on ("the U.S.", "John F.", "9 p.m."): such a stretch is left out rather than guessed. */
const MAY_GO_ON = /(?:\b[A-Za-z]\.|\b(?:Jr|Sr|Inc|Co|Corp|Ltd|etc|al|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec)\.)["”’)\]]*\s*$/
/** Notes of the transcript, such as (Applause.) or [Laughter]. */
const STAGE_NOTE = /\s*[([](?:applause|laughter|cheers?|sustained applause|booing|audience[^)\]]*|inaudible)[.,:;!]*[)\]]/gi
/** A sentence end without the space after it: "hire American.Tonight". */
const GLUED = /([a-z]{2}[.!?])(?=[A-Z][a-z ])/g

/**
 * Cuts running text into whole sentences of 8 to 60 words with clean white space. The first and the last stretch of
 * the text are left out, because they may be cut off; so is what cannot be told to be one whole sentence.
 */
export function cutSentences(text: string): string[] {
  const clean = text.replace(STAGE_NOTE, '').replace(GLUED, '$1 ').replace(/\s+/g, ' ').trim()
  return joined(Array.from(SEGMENTER.segment(clean), part => part.segment)).slice(1, -1).map(tidy).filter(isWholeSentence)
}

/** Puts together what the segmenter cut at an abbreviation. */
function joined(parts: readonly string[]): string[] {
  const sentences: string[] = []
  for (const part of parts) {
    const before = sentences.at(-1)
    if (before !== undefined && (GOES_ON.test(before) || MAY_GO_ON.test(before) || !/^["“‘'([]?[A-Z0-9]/.test(part))) {
      sentences[sentences.length - 1] = before + part
    } else {
      sentences.push(part)
    }
  }
  return sentences
}

function tidy(sentence: string): string {
  return sentence.replace(/\s+([,.;:!?])/g, '$1').replace(/\s+/g, ' ').trim()
}

function isWholeSentence(sentence: string): boolean {
  const words = sentence.split(' ').length
  return words >= FEWEST_WORDS && words <= MOST_WORDS
    && /^["“]?[A-Z]/.test(sentence)
    && /[a-z0-9%][.!?]["”]?$/.test(sentence)
    && !GOES_ON.test(sentence) && !MAY_GO_ON.test(sentence)
    && !holdsUncertainEnd(sentence)
    && isBalanced(sentence)
}

/** True when an abbreviation inside is followed by what could be a new sentence. */
function holdsUncertainEnd(sentence: string): boolean {
  const ends = [...sentence.matchAll(/[.!?]["”’)\]]*\s+(?=["“‘(]?[A-Z0-9$-])/g)]
  return ends.some(({ index }) => !GOES_ON.test(sentence.slice(0, index + 1)))
}

function isBalanced(sentence: string): boolean {
  const count = (mark: RegExp): number => sentence.match(mark)?.length ?? 0
  return count(/"/g) % 2 === 0 && count(/“/g) === count(/”/g) && count(/[([]/g) === count(/[)\]]/g)
    && !/[*_<>|{}[\]]|[a-z]{3}\.[a-z]|[;,]\.|--$/.test(sentence)
}

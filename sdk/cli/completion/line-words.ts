/** The words of a line as a shell reads them, up to where the cursor is; the last one is being typed and may be empty. Pure. */
export function wordsOfLine(line: string): readonly string[] {
  const words: string[] = []
  let word: string | null = null
  let quote: string | null = null
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at)
    if (quote === null && /\s/.test(sign)) {
      if (word !== null) words.push(word)
      word = null
    } else if (quote === null && (sign === '"' || sign === "'")) {
      quote = sign
      word ??= ''
    } else if (sign === quote) quote = null
    else if (sign === '\\' && quote !== "'" && at + 1 < line.length) word = (word ?? '') + line.charAt(at += 1)
    else word = (word ?? '') + sign
  }
  return [...words, word ?? '']
}

/** A value as bash wants it for what it takes for the word, which begins behind the last : or = of what was typed. Pure. */
export function behindBreak(value: string, typed: string, word: string): string {
  const replaced = word === '=' || word === ':' ? '' : word
  const kept = typed.endsWith(replaced) ? typed.length - replaced.length : 0
  return value.slice(kept)
}

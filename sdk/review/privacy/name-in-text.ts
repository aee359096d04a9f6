/** Names from this length on are replaced wherever they stand; shorter ones only where they are a word of their own. */
const UNMISTAKABLE = 8
/** Names below this length are common words and numbers: they are not looked for in what is about others. */
export const SHORTEST_SOUGHT = 4

/** A text with another name in place of a name, in any case. Pure. */
export function withoutName(text: string, name: string, replacement: string): string {
  const literal = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  const pattern = name.length < UNMISTAKABLE ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal
  return text.replace(new RegExp(pattern, 'giu'), () => replacement)
}

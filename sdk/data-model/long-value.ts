/**
 * What stands for a long text, or for a list or object of much text, where values are shown shortened: how it begins (of lists and objects, their JSON), how many characters
 * it has, and what tells it from others.
 */
export interface LongValue {
  readonly $long: string
  readonly characters: number
  /** SHA-256, hexadecimal. */
  readonly sha256: string
}

/** Whether a value stands for a longer one. */
export function isLongValue(value: unknown): value is LongValue {
  return typeof value === 'object' && value !== null && '$long' in value && typeof value.$long === 'string' && 'characters' in value && typeof value.characters === 'number' && 'sha256' in value && Object.keys(value).length === 3
}

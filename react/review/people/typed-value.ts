const WHOLE = /^-?\d{1,9}$/

/** Whether what was typed is a value that a qualification can have. Pure. */
export function isTypedValue(text: string): boolean {
  return WHOLE.test(text.trim())
}

/** A number with what is counted, in English. */
export const of = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${String(count)} ${many}`)

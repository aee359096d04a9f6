/** What can be bound to a statement. Lists travel as one JSON text. */
export type SqlValue = string | number | bigint | boolean | null

/** A piece of a statement: texts with values and other pieces between them. */
export interface Sql {
  readonly texts: readonly string[]
  readonly parts: readonly (Sql | SqlValue)[]
}

/** A piece of a statement with values bound where `${…}` stands; pieces are inserted as they are. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Sql | SqlValue)[]): Sql {
  return { texts, parts }
}

/** Text that is part of the statement. Never from a user. */
export function verbatim(text: string): Sql {
  return { texts: [text], parts: [] }
}

/** Pieces one after the other with a separator between them. */
export function joined(pieces: readonly Sql[], separator: string): Sql {
  return { texts: ['', ...pieces.slice(1).map(() => separator), ''], parts: pieces }
}

/** The text of a statement with its placeholders, and the values in their order. */
export function rendered(piece: Sql, placeholder: (index: number) => string): { text: string; values: SqlValue[] } {
  const values: SqlValue[] = []
  const write = ({ texts, parts }: Sql): string => {
    let text = texts[0] ?? ''
    parts.forEach((part, index) => {
      if (typeof part === 'object' && part !== null) text += write(part)
      else {
        values.push(part)
        text += placeholder(values.length)
      }
      text += texts[index + 1] ?? ''
    })
    return text
  }
  return { text: write(piece), values }
}

/** Text that is HTML already. */
export interface Html {
  readonly html: string
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A piece of HTML from a template: every value in it is escaped unless it is {@link Html} itself. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Html)[]): Html {
  const texts = values.map(value => (typeof value === 'object' ? value.html : escaped(String(value))))
  return { html: parts.map((part, index) => part + (texts[index] ?? '')).join('') }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character)
}

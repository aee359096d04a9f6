/** A sentence with who said it and when. */
export function Quote({ sentence, president, year }: { sentence: string; president: string; year: number }) {
  return (
    <figure className="quote">
      <blockquote>“{sentence}”</blockquote>
      <figcaption>{president}, {year}</figcaption>
    </figure>
  )
}

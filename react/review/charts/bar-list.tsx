/** A row of {@link BarList}. */
export interface Bar {
  readonly name: string
  /** How long it is, 0 to 1. */
  readonly share: number
  /** What stands beside it, written for people. */
  readonly value: string
  /** More of it in a quiet voice. */
  readonly hint?: string
}

/** Names with bars and values; a list, whose bars say nothing more than the values. */
export function BarList({ bars, label }: { readonly bars: readonly Bar[]; readonly label: string }) {
  return (
    <ul className="mephisto-review-bars" aria-label={label}>
      {bars.map(({ name, share, value, hint }) => (
        <li key={name} className="mephisto-review-bar">
          <span className="mephisto-review-bar-name">{name}</span>
          <svg className="mephisto-review-bar-line" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect className="mephisto-review-bar-back" width="100" height="10" />
            <rect className="mephisto-review-bar-fill" width={Math.min(100, Math.max(0, share * 100))} height="10" />
          </svg>
          <span className="mephisto-review-bar-value"><strong>{value}</strong>{hint !== undefined && <span className="mephisto-review-hint"> {hint}</span>}</span>
        </li>
      ))}
    </ul>
  )
}

/** A figure with its name above and what it means below, in a list of such. */
export function Tile({ name, value, hint }: { readonly name: string; readonly value: string; readonly hint: string }) {
  return (
    <div className="mephisto-review-tile">
      <dt>{name}</dt>
      <dd className="mephisto-review-tile-value">{value}</dd>
      <dd className="mephisto-review-hint">{hint}</dd>
    </div>
  )
}

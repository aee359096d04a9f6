interface TileProps {
  readonly name: string
  readonly value: string
  readonly hint: string
}

/** A figure that is looked at first, of a list of them. */
export function Tile({ name, value, hint }: TileProps) {
  return (
    <div className="mephisto-review-tile">
      <dt>{name}</dt>
      <dd className="mephisto-review-tile-value">{value}</dd>
      {hint !== '' && <dd className="mephisto-review-hint">{hint}</dd>}
    </div>
  )
}

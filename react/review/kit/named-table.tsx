import type { ReactNode } from 'react'

interface NamedTableProps {
  readonly label: string
  readonly columns: readonly string[]
  /** It is a panel of its own. @default it stands in one */
  readonly isPanel?: boolean
  /** The rows. */
  readonly children: ReactNode
}

/** A table that is scrolled by itself where it is too wide, also by keys; on a phone each row is a list of names and values. */
export function NamedTable({ label, columns, isPanel = false, children }: NamedTableProps) {
  return (
    <div className={`mephisto-review-scroll${isPanel ? ' mephisto-review-panel' : ''}`} tabIndex={0} role="group" aria-label={label}>
      <table className="mephisto-review-table mephisto-review-table-wide">
        <thead><tr>{columns.map(name => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

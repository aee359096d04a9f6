import type { ReactNode } from 'react'
import { labelOf } from '../sdk/data-model/label-of.js'

/** Props of {@link ValueView}. */
export interface ValueViewProps {
  readonly value: unknown
  /** What its classes begin with. */
  readonly look: string
  /** Shows a value in a way of its own; undefined for the usual one. */
  readonly special: (value: unknown) => ReactNode | undefined
}

/** A JSON value for people: objects as names and values, lists as lists, texts as texts. */
export function ValueView({ value, look, special }: ValueViewProps) {
  const own = special(value)
  if (own !== undefined) return own
  if (value === null || value === undefined || value === '') return <span className={`${look}-none`}>nothing</span>
  if (typeof value === 'boolean') return <span>{value ? 'yes' : 'no'}</span>
  if (isList(value)) {
    return (
      <ul className={`${look}-list`}>
        {value.map((item, index) => <li key={index}><ValueView value={item} look={look} special={special} /></li>)}
      </ul>
    )
  }
  if (typeof value === 'object') {
    return (
      <dl className={`${look}-values`}>
        {Object.entries<unknown>({ ...value }).map(([name, inner]) => (
          <div key={name} className={`${look}-value`}>
            <dt>{labelOf(name)}</dt>
            <dd><ValueView value={inner} look={look} special={special} /></dd>
          </div>
        ))}
      </dl>
    )
  }
  return <span className={`${look}-text`}>{typeof value === 'string' ? value : JSON.stringify(value)}</span>
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

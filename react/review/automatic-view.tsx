import { isFileRef, type FileRef } from '../../sdk/data-model/file.js'
import { labelOf } from '../../sdk/data-model/label-of.js'
import { FileView } from './file-view.js'

/** A JSON value as it is, for people: objects as names and values, lists as lists, texts as texts, files as files. */
export function AutomaticView({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined || value === '') return <span className="mephisto-review-none">nothing</span>
  if (typeof value === 'boolean') return <span>{value ? 'yes' : 'no'}</span>
  if (isList(value)) {
    return (
      <ul className="mephisto-review-list">
        {value.map((item, index) => <li key={index}><AutomaticView value={item} /></li>)}
      </ul>
    )
  }
  if (isFile(value)) return <FileView file={value} />
  if (typeof value === 'object') {
    return (
      <dl className="mephisto-review-values">
        {Object.entries<unknown>({ ...value }).map(([name, inner]) => (
          <div key={name} className="mephisto-review-value">
            <dt>{labelOf(name)}</dt>
            <dd><AutomaticView value={inner} /></dd>
          </div>
        ))}
      </dl>
    )
  }
  return <span className="mephisto-review-text">{typeof value === 'string' ? value : JSON.stringify(value)}</span>
}

/** Whole, as answers have them that were stored with their files. */
function isFile(value: unknown): value is FileRef {
  return isFileRef(value) && 'name' in value && typeof value.name === 'string' && 'mediaType' in value && typeof value.mediaType === 'string' && 'bytes' in value && typeof value.bytes === 'number'
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

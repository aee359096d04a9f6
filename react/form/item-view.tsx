import { labelOf } from '../../sdk/data-model/label-of.js'

/** A JSON value as a worker reads it: texts as texts, objects as names and values, addresses of pictures, sound and film as such. */
export function ItemView({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined || value === '') return <span className="mephisto-muted">nothing</span>
  if (typeof value === 'string') return <MediaOrText text={value} />
  if (typeof value === 'boolean') return <span>{value ? 'yes' : 'no'}</span>
  if (typeof value !== 'object') return <span>{JSON.stringify(value)}</span>
  if (Array.isArray(value)) return <ul className="mephisto-item-list">{value.map((item: unknown, index) => <li key={index}><ItemView value={item} /></li>)}</ul>
  const fields = Object.entries<unknown>({ ...value })
  const [only] = fields
  // What is all there is needs no name.
  if (fields.length === 1 && only) return <ItemView value={only[1]} />
  return <dl className="mephisto-item">{fields.map(([name, inner]) => <div key={name}><dt>{labelOf(name)}</dt><dd><ItemView value={inner} /></dd></div>)}</dl>
}

function MediaOrText({ text }: { readonly text: string }) {
  const [, ending = ''] = /^https?:\/\/\S+?\.(\w{2,4})(?:[?#]\S*)?$/i.exec(text) ?? []
  if (/^(png|jpe?g|gif|webp|avif|svg)$/i.test(ending)) return <img className="mephisto-item-media" src={text} alt="What this item is about" />
  if (/^(mp3|wav|ogg|m4a|flac)$/i.test(ending)) return <audio className="mephisto-item-media" src={text} controls preload="metadata" aria-label="What this item is about" />
  if (/^(mp4|webm|mov)$/i.test(ending)) return <video className="mephisto-item-media" src={text} controls preload="metadata" aria-label="What this item is about" />
  return <span className="mephisto-item-text">{text}</span>
}

import type { ReactNode } from 'react'
import { ValueView } from '../value-view.js'

/** A JSON value as a worker reads it: texts as texts, objects as names and values, addresses of pictures, sound and film as such. */
export function ItemView({ value }: { readonly value: unknown }) {
  return <ValueView value={value} look="mephisto-item" special={special} />
}

function special(value: unknown): ReactNode | undefined {
  if (typeof value === 'string') return mediaView(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const [only, ...more] = Object.values<unknown>({ ...value })
  // What is all there is needs no name.
  return only === undefined || more.length > 0 ? undefined : <ItemView value={only} />
}

function mediaView(text: string): ReactNode | undefined {
  const [, ending = ''] = /^https?:\/\/\S+?\.(\w{2,4})(?:[?#]\S*)?$/i.exec(text) ?? []
  if (/^(png|jpe?g|gif|webp|avif|svg)$/i.test(ending)) return <img className="mephisto-item-media" src={text} alt="What this item is about" />
  if (/^(mp3|wav|ogg|m4a|flac)$/i.test(ending)) return <audio className="mephisto-item-media" src={text} controls preload="metadata" aria-label="What this item is about" />
  return /^(mp4|webm|mov)$/i.test(ending) ? <video className="mephisto-item-media" src={text} controls preload="metadata" aria-label="What this item is about" /> : undefined
}

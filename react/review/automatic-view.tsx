import type { ReactNode } from 'react'
import { isFileRef, type FileRef } from '../../sdk/data-model/file.js'
import { ValueView } from '../value-view.js'
import { FileView } from './file-view.js'

/** A JSON value as it is, for people: objects as names and values, lists as lists, texts as texts, files as files. */
export function AutomaticView({ value }: { readonly value: unknown }) {
  return <ValueView value={value} look="mephisto-review" special={fileView} />
}

function fileView(value: unknown): ReactNode | undefined {
  return isFile(value) ? <FileView file={value} /> : undefined
}

/** Whole, as answers have them that were stored with their files. */
function isFile(value: unknown): value is FileRef {
  return isFileRef(value) && 'name' in value && typeof value.name === 'string' && 'mediaType' in value && typeof value.mediaType === 'string' && 'bytes' in value && typeof value.bytes === 'number'
}

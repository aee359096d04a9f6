import type { ReactNode } from 'react'
import { isErasureMark } from '../../sdk/data-model/erasure.js'
import { isFileRef, type FileRef } from '../../sdk/data-model/file.js'
import { isLongValue } from '../../sdk/data-model/long-value.js'
import { ValueView } from '../value-view.js'
import { FileView } from './file-view.js'
import { isLongText, LongText } from './long-text.js'
import { useFormats, useTexts } from './texts/review-texts.js'

/** A JSON value as it is, for people: objects as names and values, lists as lists, texts as texts, files as files. */
export function AutomaticView({ value }: { readonly value: unknown }) {
  const { common: { erased, nothing, yes, no }, desk } = useTexts()
  const formats = useFormats()
  const special = (inner: unknown): ReactNode | undefined => {
    if (inner === null || inner === undefined || inner === '') return <span className="mephisto-review-none">{nothing}</span>
    if (typeof inner === 'boolean') return <span>{inner ? yes : no}</span>
    if (isErasureMark(inner)) return <span className="mephisto-review-none">{erased}</span>
    if (isLongValue(inner)) return <><span className="mephisto-review-text">{inner.$long}</span>{'… '}<span className="mephisto-review-hint">{desk.characters(formats.count(inner.characters))}</span></>
    if (typeof inner === 'string' && isLongText(inner)) return <LongText text={inner} />
    return isFile(inner) ? <FileView file={inner} /> : undefined
  }
  return <ValueView value={value} look="mephisto-review" special={special} />
}

/** Whole, as answers have them that were stored with their files. */
function isFile(value: unknown): value is FileRef {
  return isFileRef(value) && 'name' in value && typeof value.name === 'string' && 'mediaType' in value && typeof value.mediaType === 'string' && 'bytes' in value && typeof value.bytes === 'number'
}

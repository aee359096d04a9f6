import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useState, type MouseEvent } from 'react'
import type { FileRef } from '../../sdk/data-model/file.js'
import { useReviewStore, type ReviewSource } from './review-store.js'
import { useFormats, useTexts } from './texts/review-texts.js'

/** Where views of files ask for their links; null outside of a review screen. */
export const FileSource = createContext<ReviewSource | null>(null)

/** A file of an answer: pictures are shown, sound and film can be played, and all else can be saved. Inside of `ReviewApp` alone it has a link. */
export function FileView({ file }: { readonly file: FileRef }) {
  const source = useContext(FileSource)
  return source ? <LinkedFile source={source} file={file} /> : <FileName file={file} />
}

/** Links hold for a quarter of an hour; one that is older than this is asked for anew when it is needed. A player would begin again with another one. */
const FRESH_MS = 10 * 60_000

function LinkedFile({ source, file }: { readonly source: ReviewSource; readonly file: FileRef }) {
  const texts = useTexts().desk
  const store = useReviewStore(source)
  const { data: url, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: store.keys.file(file.$file),
    queryFn: async () => (await store.client.data.files.query({ ids: [file.$file] }))[0]?.url ?? null,
    retry: false, staleTime: Infinity, networkMode: 'always',
  }, store.queryClient)
  const [failed, setFailed] = useState<string | null>(null)
  if (url === undefined || url === null) {
    return <div className="mephisto-review-file"><FileName file={file} /> {(url === null || error) && <span className="mephisto-review-hint">{url === null ? texts.fileGone : texts.fileAway}</span>}</div>
  }
  const isOld = (): boolean => Date.now() - dataUpdatedAt > FRESH_MS
  const fail = (): void => {
    if (isOld()) void refetch()
    else setFailed(url)
  }
  const save = (event: MouseEvent): void => {
    if (!isOld()) return
    event.preventDefault()
    void refetch().then(({ data }) => { if (typeof data === 'string') window.open(data, '_blank', 'noopener') })
  }
  return (
    <div className="mephisto-review-file">
      {failed !== url && <Shown url={url} file={file} onFailure={fail} />}
      <a href={url} download={file.name} rel="noreferrer" onClick={save}><FileName file={file} /></a>
      {failed === url && <span className="mephisto-review-hint">{texts.fileAway}</span>}
    </div>
  )
}

function Shown({ url, file: { name, mediaType }, onFailure }: { readonly url: string; readonly file: FileRef; readonly onFailure: () => void }) {
  if (/^image\/(?:png|jpeg|gif|webp|avif|bmp)$/.test(mediaType)) return <img src={url} alt={name} loading="lazy" onError={onFailure} />
  if (mediaType.startsWith('audio/')) return <audio src={url} controls preload="metadata" aria-label={name} onError={onFailure} />
  return mediaType.startsWith('video/') ? <video src={url} controls preload="metadata" aria-label={name} onError={onFailure} /> : null
}

function FileName({ file: { name, bytes } }: { readonly file: FileRef }) {
  return <span><bdi>{name}</bdi> <span className="mephisto-review-hint">{useFormats().size(bytes)}</span></span>
}

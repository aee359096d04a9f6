import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** What somebody should look at: calls that failed, a feed that does not go on, work that nobody can do. Nothing where all is well. */
export function RunNotices({ progress: { run, feedReading, publishing, stranded } }: { readonly progress: RunProgressView }) {
  const texts = useTexts().run
  const formats = useFormats()
  const feed = run.dataFeed
  const notices = [
    ...(run.dataRemovedAt === null ? [] : [texts.dataRemoved(formats.moment(run.dataRemovedAt))]),
    ...(feed?.status === 'failed' ? [texts.feedFailed(feed.name, feedReading?.error ?? '')] : []),
    ...(feed?.status === 'open' && feedReading && feedReading.dueSince !== null ? [texts.feedWaits(feed.name, formats.moment(feedReading.dueSince))] : []),
    ...(stranded !== null && stranded.units > 0 ? [texts.stranded(stranded.units)] : []),
    ...(publishing?.troubles ?? []).map(({ topic, tries, error, triesAgainAt }) => `${texts.trouble(topic, tries, error)} ${texts.triedAgain(triesAgainAt === null ? null : formats.moment(triesAgainAt))}`),
  ]
  if (notices.length === 0) return null
  return <ul className="mephisto-review-notices">{notices.map(notice => <li key={notice} className="mephisto-review-notice">{notice}</li>)}</ul>
}

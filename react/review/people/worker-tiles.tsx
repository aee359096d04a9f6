import type { WorkerPageView } from '../../../sdk/protocol/people-views.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { Tile } from '../kit/tile.js'
import { useWorkerStatistics } from './use-worker.js'

/** The figures of a worker that are looked at first; counts are of ordinary work, as in the workers of a run. */
export function WorkerTiles({ source, page: { worker, work } }: { readonly source: ReviewSource; readonly page: WorkerPageView }) {
  const { common, people: { page: texts, none } } = useTexts()
  const formats = useFormats()
  const statistics = useWorkerStatistics({ ...source, worker: worker.id })
  if (statistics === undefined) return <p className="mephisto-review-hint" role="status">{common.loading}</p>
  const { answered, waiting, accepted, softRejected, rejected, medianMs, gold, pay } = statistics ?? NOTHING
  const decided = accepted + softRejected + rejected
  return (
    <dl className="mephisto-review-tiles">
      <Tile name={texts.answers} value={formats.count(answered)} hint={texts.waiting(formats.count(waiting))} />
      <Tile name={texts.accepted} value={decided === 0 ? none : formats.share(accepted / decided)} hint={decided === 0 ? texts.noneDecided : texts.ofDecided(formats.count(accepted), formats.count(decided))} />
      <Tile name={texts.median} value={medianMs === null ? none : formats.length(medianMs)} hint={texts.medianHint} />
      <Tile name={texts.gold} value={gold.score === null ? none : formats.share(gold.score)} hint={gold.score === null ? texts.noGold : texts.goldHint(gold.right, gold.right + gold.wrong)} />
      {pay.map(({ earned, waiting: unpaid, extra }) => <Tile key={earned.currency} name={texts.earned(earned.currency)} value={formats.money(earned)} hint={texts.earnedHint(formats.money(unpaid), extra.minor === 0 ? null : formats.money(extra))} />)}
      {pay.map(({ earned: { currency }, hourly }) => hourly && <Tile key={`${currency} an hour`} name={texts.hourly(currency)} value={formats.money(hourly)} hint={texts.hourlyHint} />)}
      <Tile name={texts.underWay} value={formats.count(work.underWay)} hint={texts.underWayHint(work.runs)} />
    </dl>
  )
}

const NOTHING = { answered: 0, waiting: 0, accepted: 0, softRejected: 0, rejected: 0, medianMs: null, gold: { right: 0, wrong: 0, score: null }, pay: [] } as const

import type { RunOverviewView } from '../../../sdk/protocol/run-overview-views.js'
import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import { Tile } from '../kit/tile.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

interface RunTilesProps {
  readonly progress: RunProgressView
  readonly overview: RunOverviewView | undefined
}

/** The figures of a run that are looked at first. */
export function RunTiles({ progress: { run, units, pace, medianMs }, overview }: RunTilesProps) {
  const texts = useTexts().run
  const formats = useFormats()
  const { money } = run
  const decided = units.accepted + units.soft_rejected + units.rejected
  const gold = overview?.gold
  return (
    <dl className="mephisto-review-tiles">
      <Tile name={texts.answers} value={formats.count(run.unitsAnswered)} hint={texts.ofUnits(formats.count(run.unitsTotal))} />
      <Tile name={texts.toReview} value={formats.count(units.completed)} hint={texts.decidedSoFar(formats.count(decided))} />
      <Tile name={texts.workingNow} value={formats.count(overview?.leases.live ?? units.assigned)} hint={texts.endingSoon(overview?.leases.endingSoon ?? 0)} />
      <Tile name={texts.pace} value={pace.answersPerHour === null ? '–' : formats.number(pace.answersPerHour)} hint={pace.finishesAt === null ? texts.noEnd : texts.doneAbout(formats.moment(pace.finishesAt))} />
      <Tile name={texts.medianTime} value={medianMs === null ? '–' : formats.length(medianMs)} hint={medianMs === null ? texts.noneYet : texts.medianHint} />
      <Tile name={texts.spent} value={formats.money(money.spent)} hint={texts.spentHint(formats.money(money.reserved), money.budget && formats.money(money.budget))} />
      <Tile name={texts.forecast} value={formats.money(pace.forecast)} hint={texts.forecastHint} />
      {gold && gold.score !== null && <Tile name={texts.gold} value={formats.share(gold.score)} hint={texts.goldHint(gold.right, gold.right + gold.wrong)} />}
    </dl>
  )
}

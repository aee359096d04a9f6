import type { ProjectSummaryView } from '../../../sdk/protocol/project-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { Tile } from '../kit/tile.js'
import { useCountTexts } from './counts.js'

/** The figures of a project that are looked at first. */
export function ProjectTiles({ project }: { readonly project: ProjectSummaryView }) {
  const { projects: texts, spending } = useTexts()
  const formats = useFormats()
  const counts = useCountTexts()(project)
  const { money, budget, units, approvalRate } = project
  return (
    <dl className="mephisto-review-tiles">
      {money.map(({ spent, reserved }) => <Tile key={spent.currency} name={money.length > 1 ? spending.inCurrency(spending.spent, spent.currency) : spending.spent} value={formats.money(spent)} hint={texts.reservedToo(formats.money(reserved))} />)}
      {budget && <Tile name={texts.budget} value={formats.money(budget)} hint={spending.left(formats.money(leftOf(budget, money)))} />}
      <Tile name={texts.tasks} value={formats.count(project.tasks)} hint="" />
      <Tile name={texts.runs} value={formats.count(Object.values(project.runs).reduce((sum, count) => sum + count, 0))} hint={counts.runs} />
      <Tile name={texts.units} value={formats.count(Object.values(units).reduce((sum, count) => sum + count, 0))} hint={counts.units} />
      <Tile name={texts.workers} value={formats.count(project.workers)} hint="" />
      {approvalRate !== null && <Tile name={texts.approval} value={formats.share(approvalRate)} hint={texts.ofDecided} />}
    </dl>
  )
}

function leftOf({ minor, currency }: NonNullable<ProjectSummaryView['budget']>, money: ProjectSummaryView['money']): { minor: number; currency: string } {
  const used = money.filter(({ spent }) => spent.currency === currency).reduce((sum, { spent, reserved }) => sum + spent.minor + reserved.minor, 0)
  return { minor: minor - used, currency }
}

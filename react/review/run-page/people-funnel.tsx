import type { RunOverviewView } from '../../../sdk/protocol/run-overview-views.js'
import { BarList } from '../charts/bar-list.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

const STEPS = ['invited', 'came', 'started', 'answered', 'accepted'] as const

/** How many people got how far: each step with its share of the one before. */
export function PeopleFunnel({ people }: { readonly people: RunOverviewView['people'] }) {
  const texts = useTexts().run
  const formats = useFormats()
  const known = STEPS.flatMap(step => (people[step] === null ? [] : [{ step, count: people[step] }]))
  const most = Math.max(0, ...known.map(({ count }) => count))
  if (most === 0) return <p className="mephisto-review-hint">{texts.peopleEmpty}</p>
  return (
    <BarList label={texts.people} bars={known.map(({ step, count }, index) => {
      const before = known[index - 1]?.count ?? 0
      return { name: texts.funnel[step], share: count / most, value: formats.count(count), ...(before > 0 ? { hint: formats.share(count / before) } : {}) }
    })} />
  )
}

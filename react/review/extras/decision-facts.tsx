import type { DecisionView } from '../../../sdk/protocol/review-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** What went with a verdict: a line for each; nothing for a verdict alone. */
export function DecisionFacts({ decision: { opinion, note, message, bonus, grants, isBlocked, isRequeued, isUnread } }: { readonly decision: DecisionView }) {
  const { desk, extras: texts } = useTexts()
  const formats = useFormats()
  const facts = [
    ...(opinion ? [texts.wouldDecide(desk.verdicts[opinion].name)] : []),
    ...(bonus ? [texts.hadBonus(formats.money(bonus))] : []),
    ...grants.map(({ qualification, value }) => (value === null ? texts.lost(qualification) : texts.got(qualification, formats.count(value)))),
    ...(isBlocked ? [texts.wasBlocked] : []), ...(isRequeued ? [texts.wasRequeued] : []), ...(isUnread ? [texts.wasUnread] : []),
  ]
  return (
    <>
      {note !== null && note !== '' && <blockquote className="mephisto-review-quote" dir="auto">{note}</blockquote>}
      {message !== null && <p className="mephisto-review-message">{texts.wrote} <q dir="auto">{message}</q></p>}
      {facts.length > 0 && <ul className="mephisto-review-effect">{facts.map(fact => <li key={fact}>{fact}</li>)}</ul>}
    </>
  )
}

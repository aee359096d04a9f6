import type { ReviewUnitView } from '../../../sdk/protocol/review-views.js'
import { useRights } from '../kit/use-rights.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { usePrincipal } from '../use-principal.js'

/** What other reviewers think of an answer that two judge, as far as the reader may know, and what their own verdict would do; nothing for others. */
export function OpinionsNotice({ unit: { status, isReadTwice, opinions }, source }: { readonly unit: ReviewUnitView; readonly source: ReviewSource }) {
  const { desk: { opinions: texts, verdicts } } = useTexts()
  const me = usePrincipal(source).principal?.id
  const { isOperator } = useRights(source)
  if (!isReadTwice || status !== 'completed') return null
  const open = opinions.flatMap(({ verdict, ...said }) => (verdict === null ? [] : [{ ...said, verdict }]))
  const [hidden] = opinions.filter(({ verdict }) => verdict === null)
  // Operators decide between two, also where they are one of them.
  const isParty = !isOperator && opinions.some(({ by }) => by === me)
  return (
    <section className="mephisto-review-notice mephisto-review-opinions" aria-label={texts.label}>
      {open.length > 0 && (
        <ul>
          {open.map(({ by, byName, verdict, note }) => (
            <li key={by}><strong><bdi>{byName}</bdi></strong> {verdicts[verdict].name}{note !== null && <blockquote className="mephisto-review-quote" dir="auto">{note}</blockquote>}</li>
          ))}
        </ul>
      )}
      <p>{hidden ? texts.hidden(hidden.byName) : open.length === 0 ? texts.twice : open.length === 1 ? texts.waits : isParty ? texts.between : texts.differ}</p>
    </section>
  )
}

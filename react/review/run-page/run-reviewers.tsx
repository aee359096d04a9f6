import { FailurePage } from '../failure-page.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { NamedTable } from '../kit/named-table.js'
import { NONE, orDash } from '../kit/or-dash.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useReviewers } from './use-reviewers.js'

/** Options of {@link RunReviewers}. */
export interface RunReviewersProps extends ReviewSource {
  /** Id of the run. */
  readonly run: string
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** Who decided about the answers of a run: how much, how fast, how often somebody else knew better, and how far they agree where two judged. For operators. */
export function RunReviewers({ run, loginHref, ...source }: RunReviewersProps) {
  const { common, runs, reviewers: texts } = useTexts()
  const formats = useFormats()
  const { statistics, failure, refresh } = useReviewers({ ...source, run })
  if (blocksPage(failure, statistics !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} missing={runs.missing} onRetry={refresh} />
  if (!statistics) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  const { reviewers, agreed } = statistics
  if (reviewers.length === 0) return <p className="mephisto-review-empty">{texts.empty}</p>
  return (
    <>
      <NamedTable isPanel label={texts.title} columns={[texts.reviewer, texts.decided, texts.accepted, texts.overruled, texts.opinions, texts.agreed, texts.pace]}>
        {reviewers.map(one => {
          const decided = Object.values(one.verdicts).reduce((sum, count) => sum + count, 0)
          return (
            <tr key={one.id}>
              <th scope="row"><bdi>{one.name}</bdi></th>
              <td data-name={texts.decided}>{formats.count(decided)}</td>
              <td data-name={texts.accepted}>{orDash(decided === 0 ? null : (one.verdicts.approve + one.verdicts.overturn) / decided, formats.share)}</td>
              <td data-name={texts.overruled}>{formats.count(one.overruled)}</td>
              <td data-name={texts.opinions}>{formats.count(one.opinions)}</td>
              <td data-name={texts.agreed}>{one.agreed.pairs === 0 ? NONE : texts.ofPairs(formats.share(one.agreed.same / one.agreed.pairs), one.agreed.pairs)}</td>
              <td data-name={texts.pace}>{orDash(one.msPerAct, formats.length)}</td>
            </tr>
          )
        })}
      </NamedTable>
      <p>{agreed.pairs === 0 ? texts.noPairs : texts.agreement(formats.share(agreed.same / agreed.pairs), agreed.pairs)}{agreed.alpha !== null && ` ${texts.alpha(formats.number(agreed.alpha))}`}</p>
      <p className="mephisto-review-hint">{texts.hint}</p>
    </>
  )
}

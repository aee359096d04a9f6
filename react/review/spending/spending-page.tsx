import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo, type WorkOf } from '../kit/link-to.js'
import { Panel } from '../kit/panel.js'
import { FailurePage } from '../failure-page.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { Tile } from '../kit/tile.js'
import { MoneyByWork } from './money-by-work.js'
import { Movements } from './movements.js'
import { useSpendingTotals } from './use-spending.js'

/** Options of {@link SpendingPage}. */
export interface SpendingPageProps extends ReviewSource {
  /** Whose movements are shown at first. @default all */
  readonly of?: WorkOf | null
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** Where the money is, of everything and by project, task and run, and how it moved. */
export function SpendingPage({ of = null, linkTo = noLinks, loginHref, ...source }: SpendingPageProps) {
  const { common, spending: texts } = useTexts()
  const formats = useFormats()
  const { totals, failure, refresh } = useSpendingTotals(source)
  if (blocksPage(failure, totals !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  if (!totals) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  const named = (name: string, currency: string): string => (totals.length > 1 ? texts.inCurrency(name, currency) : name)
  return (
    <div className="mephisto-review-overview">
      <StaleNotice failure={failure} />
      {totals.length === 0 && <p className="mephisto-review-hint">{texts.none}</p>}
      {totals.map(({ spent, owed, reserved }) => (
        <dl key={spent.currency} className="mephisto-review-tiles">
          <Tile name={named(texts.spent, spent.currency)} value={formats.money(spent)} hint={texts.spentHint} />
          <Tile name={named(texts.owed, spent.currency)} value={formats.money(owed)} hint={texts.owedHint} />
          <Tile name={named(texts.reserved, spent.currency)} value={formats.money(reserved)} hint={texts.reservedHint} />
        </dl>
      ))}
      <Panel title={texts.byWork} isWide><MoneyByWork source={source} linkTo={linkTo} /></Panel>
      <Panel title={texts.movements} isWide><Movements source={source} of={of} linkTo={linkTo} /></Panel>
    </div>
  )
}

import type { RollUpView } from '../../../sdk/protocol/project-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** What was spent and is reserved, a line for each currency. */
export function MoneyLines({ money }: { readonly money: RollUpView['money'] }) {
  const texts = useTexts().projects
  const formats = useFormats()
  if (money.length === 0) return <span className="mephisto-review-hint">{texts.noMoney}</span>
  return <span className="mephisto-review-lines">{money.map(({ spent, reserved }) => <span key={spent.currency}>{texts.spentReserved(formats.money(spent), formats.money(reserved))}</span>)}</span>
}

import { formatMoney } from '../../sdk/data-model/money.js'
import { useMessages, type UseMessagesOptions } from './use-messages.js'

/** What reviewers wrote to the person at the page about their work, until they put it away; nothing where there is nothing. */
export function ReviewerMessages(options: UseMessagesOptions) {
  const { messages, dismiss } = useMessages(options)
  return (
    <div role="status" className="mephisto-messages">
      {messages.length > 0 && (
        <section aria-label="Messages from the team" className="mephisto-card">
          <strong>{messages.length === 1 ? 'A message from the team' : 'Messages from the team'}</strong>
          <ul className="mephisto-tips">
            {messages.map(({ id, text, bonus, at }) => (
              <li key={id} dir="auto">
                <p>{text}</p>
                <p className="mephisto-message-facts">
                  <time dateTime={at}>{new Date(at).toLocaleDateString()}</time>{bonus && <strong>Bonus: {formatMoney(bonus)}</strong>}
                  <button type="button" className="mephisto-button mephisto-button-quiet" aria-label={`Put away: ${text.slice(0, 60)}`} onClick={() => { dismiss(id) }}>Put away</button>
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

import type { WorkingTask } from 'mephisto-sdk/react'
import { CLOSER, type streetTalk } from '../task.js'

/** What each is asked when the talk is over. */
export function ClosingQuestion({ task }: { task: WorkingTask<typeof streetTalk> }) {
  const { draft, problems, isSubmitting } = task
  return (
    <form className="closing mephisto-card" noValidate onSubmit={event => { event.preventDefault(); task.submitDraft() }}>
      <fieldset aria-describedby="closing-problem">
        <legend>After this talk, your views are…</legend>
        {CLOSER.map(views => (
          <label key={views}>
            <input type="radio" name="views" checked={draft.views === views} onChange={() => { task.setDraft({ views }) }} /> {views}
          </label>
        ))}
      </fieldset>
      <label className="learnt">
        What did the other one make you think about? (optional)
        <textarea value={draft.learnt ?? ''} maxLength={300} onChange={event => { task.setDraft({ learnt: event.target.value }) }} />
      </label>
      <div id="closing-problem" role="alert">
        {problems.map(({ path, message }) => <p key={path} className="mephisto-problem">{message}</p>)}
      </div>
      <div className="mephisto-actions">
        <button type="submit" className="mephisto-button mephisto-button-primary" aria-disabled={isSubmitting}>{isSubmitting ? 'Sending…' : 'Send'}</button>
      </div>
    </form>
  )
}

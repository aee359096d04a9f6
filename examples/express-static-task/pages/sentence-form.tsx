import { useEffect, useRef } from 'react'
import { TaskShell, useShortcuts, type WorkingTask } from 'mephisto-sdk/react'
import { FeedbackButton, TipsButton } from 'mephisto-sdk/react/remarks'
import type { sentenceKind } from '../task.js'
import { Instructions } from './instructions.js'
import { KindChoice } from './kind-choice.js'
import { Quote } from './quote.js'

/** One sentence to judge. Submitting leads straight to the next one; its receipt is shown above it. */
export function SentenceForm({ task }: { task: WorkingTask<typeof sentenceKind> }) {
  const { draft, problems, isSubmitting } = task
  const comment = draft.comment ?? ''
  const form = useRef<HTMLFormElement>(null)
  const problemAt = (path: string) => problems.find(problem => problem.path === path)?.message
  const otherProblem = problems.find(problem => problem.path !== 'answer.kind' && problem.path !== 'answer.comment')?.message

  const submit = (thenNext: boolean) => { task.submitDraft({ thenNext }) }
  const setComment = (text: string) => {
    task.setDraft(({ comment: _, ...rest }) => (text === '' ? rest : { ...rest, comment: text }))
  }
  useShortcuts({
    'Mod+Enter': () => { submit(true) },
    1: () => { task.setDraft({ kind: 'promise' }) },
    2: () => { task.setDraft({ kind: 'fact' }) },
    3: () => { task.setDraft({ kind: 'opinion' }) },
  })
  useEffect(() => {
    if (problems.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [problems])

  return (
    <TaskShell task={task} title="What kind of sentence is this?" instructions={<Instructions />}>
      <Quote {...task.input} />
      <form ref={form} className="form" noValidate onSubmit={event => { event.preventDefault(); submit(true) }}>
        <KindChoice kind={draft.kind} problem={problemAt('answer.kind')} onChoose={kind => { task.setDraft({ kind }) }} />
        <div className="comment">
          <label className="comment-label" htmlFor="comment">
            Comment (optional) <span id="comment-length">{comment.length} of 500</span>
          </label>
          <textarea
            id="comment"
            value={comment}
            readOnly={isSubmitting}
            aria-invalid={problemAt('answer.comment') !== undefined}
            aria-describedby="comment-length comment-problem"
            onChange={event => { setComment(event.target.value) }}
          />
          <p id="comment-problem" role="alert" className="mephisto-problem">{problemAt('answer.comment')}</p>
        </div>
        {otherProblem !== undefined && <p role="alert" className="mephisto-problem">{otherProblem}</p>}
        <div className="mephisto-actions">
          <button type="submit" className="mephisto-button mephisto-button-primary" aria-disabled={isSubmitting}>
            {isSubmitting ? 'Sending…' : 'Submit'}
          </button>
          <button type="button" className="mephisto-button" aria-disabled={isSubmitting} onClick={() => { submit(false) }}>
            Submit and pause
          </button>
        </div>
      </form>
      <div className="mephisto-tool-buttons">
        <TipsButton task={task} />
        <FeedbackButton task={task} />
      </div>
    </TaskShell>
  )
}

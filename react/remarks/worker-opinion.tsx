import { useId, useState } from 'react'
import type { RemarkingTask } from '../../sdk/client/leave-remark.js'
import { useRemark } from './use-remark.js'

/** A question for workers: as text, or with an id that tells it apart from run to run. */
export type OpinionQuestion = string | { readonly id: string; readonly question: string; readonly isRequired?: boolean }

/** Props of {@link WorkerOpinion}. */
export interface WorkerOpinionProps {
  readonly task: RemarkingTask
  readonly questions: readonly OpinionQuestion[]
  /** @default 'Your opinion' */
  readonly title?: string
  /** Longest answer, characters. @default 700, at most 4000 */
  readonly maxLength?: number
}

/** Asks workers what they think of the task, with a unit in hand or after it: sent by itself, once, and no part of the answer. */
export function WorkerOpinion({ task, questions, title = 'Your opinion', maxLength = 700 }: WorkerOpinionProps) {
  const [answers, setAnswers] = useState<Readonly<Record<number, string>>>({})
  const form = useRemark(task)
  const titleId = useId()
  const asked = questions.map(one => (typeof one === 'string' ? { question: one, isRequired: false } : { isRequired: false, ...one }))
  const isEmpty = asked.every((_, index) => (answers[index] ?? '').trim() === '')
  const send = (): void => {
    form.send({ kind: 'opinion', answers: asked.map(({ isRequired: _, ...question }, index) => ({ ...question, answer: answers[index] ?? '' })) })
  }
  return (
    <section className="mephisto-card" aria-labelledby={titleId}>
      <h2 id={titleId} className="mephisto-heading">{title}</h2>
      {form.status === 'sent' ? <p role="status">Thank you for your opinion.</p> : (
        <form className="mephisto-remark-form" onSubmit={event => { event.preventDefault(); send() }}>
          {asked.map(({ question, isRequired }, index) => (
            <label key={index}>{question}
              <textarea className="mephisto-control" rows={2} maxLength={maxLength} required={isRequired} value={answers[index] ?? ''} onChange={event => { setAnswers({ ...answers, [index]: event.target.value }) }} />
            </label>
          ))}
          <p role="alert" className="mephisto-problem">{form.problem}</p>
          <button type="submit" className="mephisto-button" disabled={isEmpty || form.status === 'sending'}>Send opinion</button>
        </form>
      )}
    </section>
  )
}

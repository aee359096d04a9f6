import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { TaskGate, TaskShell, useTask } from '../../react/index.js'
import { FeedbackButton, ReviewerMessages, TaskErrorBoundary, TipsButton, useErrorReports, WorkerOpinion } from '../../react/remarks/index.js'
import { helping } from '../sessions-blueprint.js'

// A page that breaks in each way that a page can, and has its workers say so.

function Fragile() {
  const [isBroken, setIsBroken] = useState(false)
  if (isBroken) throw new RangeError('it broke while it was drawn')
  return <button type="button" onClick={() => { setIsBroken(true) }}>Break the drawing</button>
}

function RemarksPage() {
  const task = useTask(helping)
  useErrorReports(task)
  if (task.status === 'submitted') return <TaskGate task={task}><WorkerOpinion task={task} questions={['What should we change?']} /></TaskGate>
  if (task.status !== 'working') return <TaskGate task={task} />
  return (
    <TaskShell task={task}>
      <ReviewerMessages />
      <label>Essay <textarea value={task.draft.essay ?? ''} onChange={event => { task.setDraft({ essay: event.target.value }) }} /></label>
      <TaskErrorBoundary task={task}><Fragile /></TaskErrorBoundary>
      <button type="button" onClick={() => { throw new TypeError('a click went wrong') }}>Break a click</button>
      <button type="button" onClick={() => { void Promise.reject(new Error('nobody looked')) }}>Break a promise</button>
      <TipsButton task={task} canSuggest={false} />
      <FeedbackButton task={task} />
      <button type="button" onClick={() => { task.submitDraft() }}>Hand in</button>
    </TaskShell>
  )
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<RemarksPage />)

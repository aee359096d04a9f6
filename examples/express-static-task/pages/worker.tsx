import { createRoot } from 'react-dom/client'
import { TaskGate, useTask } from 'mephisto-sdk/react'
import { ReviewerMessages, TaskErrorBoundary, useErrorReports, WorkerOpinion } from 'mephisto-sdk/react/remarks'
import 'mephisto-sdk/react/task.css'
import 'mephisto-sdk/react/remarks.css'
import { sentenceKind } from '../task.js'
import { Quote } from './quote.js'
import { SentenceForm } from './sentence-form.js'
import './worker.css'

const QUESTIONS = ['How hard was it to tell the kinds apart?', 'What should we change?']

function WorkerPage() {
  const task = useTask(sentenceKind)
  useErrorReports(task)
  if (task.status === 'working') return <TaskErrorBoundary key={task.unitId} task={task}><SentenceForm task={task} /></TaskErrorBoundary>
  // What a reviewer wrote to the worker is shown between two items.
  return (
    <TaskGate task={task} startHref="/">
      <ReviewerMessages />
      {task.status === 'preview' && task.sample !== null && (
        <section>
          <p>For example:</p>
          <Quote {...task.sample} />
        </section>
      )}
      {task.status === 'submitted' && <WorkerOpinion key={task.receipt.submissionId} task={task} questions={QUESTIONS} />}
    </TaskGate>
  )
}

const page = document.getElementById('page')
if (page !== null) createRoot(page).render(<WorkerPage />)

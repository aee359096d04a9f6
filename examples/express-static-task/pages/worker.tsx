import { createRoot } from 'react-dom/client'
import { TaskGate, useTask } from 'mephisto-sdk/react'
import 'mephisto-sdk/react/task.css'
import { sentenceKind } from '../task.js'
import { Quote } from './quote.js'
import { SentenceForm } from './sentence-form.js'
import './worker.css'

function WorkerPage() {
  const task = useTask(sentenceKind)
  if (task.status === 'working') return <SentenceForm key={task.unitId} task={task} />
  return (
    <TaskGate task={task} startHref="/">
      {task.status === 'preview' && task.sample !== null && (
        <section>
          <p>For example:</p>
          <Quote {...task.sample} />
        </section>
      )}
    </TaskGate>
  )
}

const page = document.getElementById('page')
if (page !== null) createRoot(page).render(<WorkerPage />)

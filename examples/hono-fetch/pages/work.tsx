import { createRoot } from 'react-dom/client'
import { TaskGate, TaskShell, useTask } from 'mephisto-sdk/react'
import 'mephisto-sdk/react/task.css'
import { noticePair } from '../task.js'
import './work.css'

function WorkPage() {
  const task = useTask(noticePair)
  if (task.status !== 'working') return <TaskGate task={task} startHref="/" />
  const { first, second } = task.input
  const choose = (easier: 'first' | 'second' | 'neither') => () => { task.submit({ easier }, { thenNext: true }) }
  return (
    <TaskShell task={task}>
      <div className="notices">
        <button type="button" className="mephisto-button" aria-disabled={task.isSubmitting} onClick={choose('first')}>{first}</button>
        <button type="button" className="mephisto-button" aria-disabled={task.isSubmitting} onClick={choose('second')}>{second}</button>
      </div>
      <div className="mephisto-actions">
        <button type="button" className="mephisto-button" aria-disabled={task.isSubmitting} onClick={choose('neither')}>There is no difference</button>
      </div>
    </TaskShell>
  )
}

const page = document.getElementById('page')
if (page !== null) createRoot(page).render(<WorkPage />)

'use client'
import { TaskGate, TaskShell, useTask } from 'mephisto-sdk/react'
import { SHELVES, shelving } from '../../lib/shelving'

export default function Work() {
  const task = useTask(shelving)
  if (task.status !== 'working') return <TaskGate task={task} startHref="/" />
  return (
    <TaskShell task={task}>
      <h2 className="shed-thing">{task.input.name}</h2>
      <p>{task.input.about}</p>
      <div className="shed-shelves" role="group" aria-label="Where does it belong?">
        {SHELVES.map(shelf => (
          <button key={shelf} type="button" className="mephisto-button" aria-disabled={task.isSubmitting} onClick={() => { task.submit({ shelf }, { thenNext: true }) }}>{shelf}</button>
        ))}
      </div>
    </TaskShell>
  )
}

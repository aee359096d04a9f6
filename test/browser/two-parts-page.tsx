import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { TaskGate, useTask } from '../../react/index.js'
import { helping } from '../sessions-blueprint.js'

// A page of parts that know nothing of each other: each has the task by itself.

function Form() {
  const task = useTask(helping)
  if (task.status !== 'working') return <TaskGate task={task} />
  return (
    <main>
      <h1>{task.input.topic}</h1>
      <label>Essay <textarea value={task.draft.essay ?? ''} onChange={event => { task.setDraft({ essay: event.target.value }) }} /></label>
      <button type="button" onClick={() => { task.call('shout', { text: task.draft.essay ?? '' }).catch(() => undefined) }}>Shout it</button>
    </main>
  )
}

function Calls() {
  const task = useTask(helping)
  if (task.status !== 'working') return <p>{task.status}</p>
  return <ol aria-label="Calls">{task.calls.map(call => <li key={call.id}>{call.status === 'done' && call.name === 'shout' ? call.output.text : call.status}</li>)}</ol>
}

function Page() {
  const [parts, setParts] = useState({ form: true, calls: 1 })
  return (
    <>
      {parts.form && <Form />}
      {Array.from({ length: parts.calls }, (_, index) => <Calls key={index} />)}
      <button type="button" onClick={() => { setParts({ ...parts, calls: parts.calls + 1 }) }}>One more</button>
      <button type="button" onClick={() => { setParts({ ...parts, calls: 0 }) }}>No calls</button>
      <button type="button" onClick={() => { setParts({ form: !parts.form, calls: parts.form ? 1 : 0 }) }}>Swap</button>
      <button type="button" onClick={() => { setParts({ form: false, calls: 0 }) }}>Nothing</button>
    </>
  )
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<StrictMode><Page /></StrictMode>)

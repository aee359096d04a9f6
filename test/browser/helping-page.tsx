import { createRoot } from 'react-dom/client'
import { TaskGate, TaskShell, useTask } from '../../react/index.js'
import { helping } from '../sessions-blueprint.js'

// A page that calls the server.

function HelpingPage() {
  const task = useTask(helping)
  if (task.status !== 'working') return <TaskGate task={task} />
  const { essay = '' } = task.draft
  const shout = (): void => { task.call('shout', { text: essay }).then(({ text }) => { task.setDraft({ essay: text }) }, () => undefined) }
  return (
    <TaskShell task={task}>
      <label>{`About ${task.input.topic} `}<textarea value={essay} onChange={event => { task.setDraft({ essay: event.target.value }) }} /></label>
      <button type="button" className="mephisto-button" onClick={shout}>Shout it</button>
      <button type="button" className="mephisto-button" onClick={() => { task.call('refuse', { secret: essay }).catch(() => undefined) }}>Ask for a secret</button>
      <ol aria-label="Calls" aria-live="polite">
        {task.calls.map(call => <li key={call.id}>{call.name}: {call.status === 'failed' ? call.message : call.status === 'done' && call.name === 'shout' ? call.output.text : call.status}</li>)}
      </ol>
      <button type="button" className="mephisto-button mephisto-button-primary" onClick={() => { task.submitDraft() }}>Send</button>
    </TaskShell>
  )
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<HelpingPage />)

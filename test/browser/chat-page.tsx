import { createRoot } from 'react-dom/client'
import { Chat } from '../../react/chat/index.js'
import { TaskGate, useTask } from '../../react/index.js'
import { teaTalk } from './tea-talk.js'

// A page on which people chat.

function ChatPage() {
  const task = useTask(teaTalk)
  if (task.status === 'onboarding') {
    return (
      <main className="mephisto-root mephisto-task">
        <h1>Before you begin</h1>
        <label>What is brewed here? <input value={task.draft.word ?? ''} onChange={event => { task.setDraft({ word: event.target.value }) }} /></label>
        <button type="button" className="mephisto-button mephisto-button-primary" onClick={() => { task.submitDraft() }}>Go on</button>
      </main>
    )
  }
  if (task.status !== 'working') return <TaskGate task={task} />
  return (
    <Chat task={task} about={<p>Talk about {task.input.topic}.</p>}>
      <div className="mephisto-actions">
        <button type="button" className="mephisto-button mephisto-button-primary" onClick={() => { task.submit({ liked: true }) }}>I liked it</button>
        <button type="button" className="mephisto-button" onClick={() => { task.submit({ liked: false }) }}>I did not</button>
      </div>
    </Chat>
  )
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<ChatPage />)

import { createRoot } from 'react-dom/client'
import { TaskGate, useTask } from 'mephisto-sdk/react'
import { Chat } from 'mephisto-sdk/react/chat'
import 'mephisto-sdk/react/task.css'
import 'mephisto-sdk/react/chat.css'
import { streetTalk } from '../task.js'
import { ClosingQuestion } from './closing-question.js'
import './talk.css'

function TalkPage() {
  const task = useTask(streetTalk)
  if (task.status !== 'working') return <TaskGate task={task} />
  return (
    <Chat task={task} about={<p className="question">{task.input.question}</p>} instructions={<Instructions />}>
      <ClosingQuestion task={task} />
    </Chat>
  )
}

function Instructions() {
  return (
    <>
      <p>Talk with your neighbour about the question at the top, for about five minutes.</p>
      <ul>
        <li>Say what you think and why; answer what the other one says.</li>
        <li>The moderator is a program. It asks a question now and then.</li>
        <li>Write at least three messages. Then choose <strong>Finish the chat</strong>.</li>
        <li>When both of you have finished, there is one short question for you alone.</li>
      </ul>
    </>
  )
}

const page = document.getElementById('page')
if (page !== null) createRoot(page).render(<TalkPage />)

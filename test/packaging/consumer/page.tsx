import { LeaseCountdown, TaskGate, TaskShell, useTask, type WorkingTask } from 'mephisto-sdk/react'
import 'mephisto-sdk/react/task.css'
import { sentiment, type Answer } from './task.js'

export function Page() {
  const task = useTask(sentiment, { baseUrl: '/mephisto/', pageBuild: '1' })
  if (task.status !== 'working') return <TaskGate task={task} startHref="/" />
  return <Form task={task} />
}

function Form({ task }: { task: WorkingTask<typeof sentiment> }) {
  const labels: readonly Answer['label'][] = ['positive', 'negative']
  return (
    <TaskShell task={task} title={task.input.text}>
      <LeaseCountdown lease={task.lease} onMoreTime={() => task.extend()} />
      {labels.map(label => <button key={label} onClick={() => { task.submit({ label }) }}>{label}</button>)}
      <button onClick={() => { task.setDraft({ comment: task.input.language }) }}>Quote</button>
    </TaskShell>
  )
}

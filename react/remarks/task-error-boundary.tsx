import { Component, type ReactNode } from 'react'
import { reportError } from '../../sdk/client/report-error.js'
import type { AnyTaskState } from '../../sdk/client/task-state.js'

/** Props of {@link TaskErrorBoundary}. */
export interface TaskErrorBoundaryProps {
  /** What `useTask` gave, in any state. */
  readonly task: AnyTaskState
  /** What is shown instead; `retry` shows the children again. @default a sentence and a button */
  readonly fallback?: (retry: () => void) => ReactNode
  readonly children: ReactNode
}

/** Keeps a page that breaks from vanishing: tells the team, and lets the worker try again. What they typed stays in the draft. */
export class TaskErrorBoundary extends Component<TaskErrorBoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true }
  }

  override componentDidCatch(error: unknown): void {
    const { task } = this.props
    reportError('ask' in task ? task.ask : undefined, error)
  }

  override render(): ReactNode {
    const { fallback, children } = this.props
    if (!this.state.hasFailed) return children
    const retry = (): void => { this.setState({ hasFailed: false }) }
    if (fallback) return fallback(retry)
    return (
      <div role="alert" className="mephisto-notice mephisto-notice-bad mephisto-prose">
        <p>This part of the page broke. The team has been told, and what you typed is kept.</p>
        <p className="mephisto-actions"><button type="button" className="mephisto-button" onClick={retry}>Try again</button></p>
      </div>
    )
  }
}

import { Component, type ReactNode } from 'react'

interface ViewBoundaryProps {
  /** What is drawn instead when the children throw. */
  readonly fallback: ReactNode
  readonly children: ReactNode
}

/** Keeps the review going when a task's own view cannot draw a unit. A class, because React has no other error boundary. */
export class ViewBoundary extends Component<ViewBoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.fallback : this.props.children
  }
}

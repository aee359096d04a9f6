import { useState } from 'react'
import { leaveRemark, type RemarkingTask } from '../../sdk/client/leave-remark.js'
import { NOT_SENT } from '../../sdk/client/remark-text.js'
import type { Remark } from '../../sdk/protocol/remark-requests.js'

/** A remark on its way. */
export interface RemarkForm {
  readonly status: 'open' | 'sending' | 'sent'
  /** Why it was refused, for the worker; null while it was not. */
  readonly problem: string | null
  send(remark: Remark): void
  /** Begins anew. */
  reset(): void
}

/** Sends a remark once at a time. */
export function useRemark(task: RemarkingTask): RemarkForm {
  const [{ status, problem }, setState] = useState<Pick<RemarkForm, 'status' | 'problem'>>({ status: 'open', problem: null })
  return {
    status, problem,
    send(remark) {
      if (status === 'sending') return
      setState({ status: 'sending', problem: null })
      leaveRemark(task, remark).then(
        () => { setState({ status: 'sent', problem: null }) },
        (error: unknown) => { setState({ status: 'open', problem: error instanceof Error ? error.message : NOT_SENT }) },
      )
    },
    reset() { setState({ status: 'open', problem: null }) },
  }
}

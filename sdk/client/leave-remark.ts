import type { Remark } from '../protocol/remark-requests.js'
import type { RemarkReply, TipView } from '../protocol/remark-views.js'
import { newId } from './new-id.js'
import type { AskAttempt } from './task-state.js'

/** A task about which something can be said: with a unit in hand, or just after it was answered. */
export interface RemarkingTask {
  readonly ask: AskAttempt
}

/**
 * Says something about the work at hand: an opinion, feedback, a tip for others, or an error of the page. Sent until the server has it, while the page is
 * open; kept once. Rejects with an error whose message is for the worker when the server refuses it.
 */
export async function leaveRemark({ ask }: RemarkingTask, remark: Remark): Promise<RemarkReply> {
  return await ask('remark', { remarkId: newId(), remark }) as RemarkReply
}

/** What others at this task advise, and its team approved; the latest first, at most 50. */
export async function readTips({ ask }: RemarkingTask): Promise<readonly TipView[]> {
  return (await ask('tips', {}) as { readonly tips: readonly TipView[] }).tips
}

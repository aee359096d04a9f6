/** What is done, by the name that the log keeps. */
const actions: Readonly<Record<string, string>> = {
  approve: 'Approved answers', approve_rest: 'Approved answers unread, after a sample', soft_reject: 'Soft-rejected answers', reject: 'Rejected answers', overturn: 'Approved answers after all', undo: 'Took a decision back',
  compensate: 'Paid somebody extra', block: 'Blocked somebody', lift: 'Lifted a block', admit: 'Let people in', reassign: 'Gave items to others', reopen: 'Gave work of somebody blocked to others', restore: 'Gave work back after a block',
  grant: 'Granted a qualification', revoke: 'Revoked a qualification', make_qualification: 'Made a qualification', change_qualification: 'Changed a qualification', delete_qualification: 'Deleted a qualification',
  create_project: 'Made a project', rename_project: 'Renamed a project', archive_project: 'Archived a project, or brought it back', set_project_budget: 'Set the budget of a project', archive_task: 'Archived a task, or brought it back',
  move_task: 'Moved a task', set_task_retention: 'Set how long answers are kept', discard_files: 'Discarded files', remove_data: 'Removed the data of a run', pseudonymise: 'Took a name away', erase: 'Erased somebody',
  decide_remarks: 'Decided on remarks', create_webhook: 'Made a webhook', pause_webhook: 'Paused a webhook', resume_webhook: 'Resumed a webhook', rotate_webhook: 'Gave a webhook a new secret', delete_webhook: 'Deleted a webhook',
  replay_webhook: 'Sent a webhook again', replay_calls: 'Tried calls again', import: 'Imported a run',
}

/** What things are called, by the name that the log keeps. */
const subjects: Readonly<Record<string, string>> = {
  task_run: 'Run', run: 'Imported run', task: 'Task', project: 'Project', worker: 'Worker', qualification: 'Qualification', block: 'Block', compensation: 'Extra pay', decision: 'Decision', unit: 'Unit', webhook: 'Webhook',
  outbox: 'Calls to the outside', remark: 'Remark', remarks: 'Several remarks',
}

/** What is said of acts that archive, and of the same acts when they bring back. */
const archiving: Readonly<Record<string, { readonly archived: string; readonly broughtBack: string }>> = {
  archive_project: { archived: 'Archived a project', broughtBack: 'Took a project out of the archive' }, archive_task: { archived: 'Archived a task', broughtBack: 'Took a task out of the archive' },
}

/** Texts of the page of the audit log. */
export const AUDIT_TEXTS = {
  title: 'Audit log',
  actions,
  archiving,
  subjects,
  operatorsOnly: 'The audit log is for operators',
  whyNot: (roles: string): string => `It says who did what, with the names of workers whom requests named. Reading it needs the role operator; you have: ${roles}. Whoever runs this app can give it to you.`,
  noRole: 'none',
  filter: 'Which acts',
  who: 'Who',
  whoHint: 'Their id in your login.',
  what: 'What',
  anything: 'Anything',
  about: 'About',
  aboutId: 'Its id',
  aboutIdHint: 'The id of the run, task, worker or other thing.',
  wrongId: 'An id has letters, digits, dashes and underscores only.',
  apply: 'Show these',
  clear: 'Show all',
  when: 'When',
  asked: 'Details',
  askedFor: 'Asked for',
  replied: 'Replied',
  requestId: 'Id of the request',
  inRun: 'its run',
  empty: 'Nobody has done anything yet that is kept here.',
  filteredEmpty: 'No act is like that.',
}

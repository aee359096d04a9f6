import type { AuditEntryView } from '../../../sdk/protocol/audit-views.js'
import type { LinkTarget, LinkTo } from '../kit/link-to.js'
import type { ReviewTexts } from '../texts/english.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

interface AuditRowProps {
  readonly entry: AuditEntryView
  readonly linkTo: LinkTo
}

/** One act: who did what when to what, and what exactly was asked for and replied. */
export function AuditRow({ entry: { id, at, actor, action, subject, subjectId, request, reply }, linkTo }: AuditRowProps) {
  const texts = useTexts().audit
  const formats = useFormats()
  const target = targetOf(subject, subjectId)
  const run = target?.to === 'run' ? null : runOf(request)
  return (
    <tr>
      <td data-name={texts.when} className="mephisto-review-in-one">{formats.moment(at)}</td>
      <td data-name={texts.who}>{actor}</td>
      <td data-name={texts.what}>{actionText(action, request, texts)}</td>
      <td data-name={texts.about}>
        <span className="mephisto-review-lines">
          <span>{texts.subjects[subject] ?? subject} {target ? linkTo(target, nameIn(reply) ?? subjectId) : <span className="mephisto-review-hint">{subjectId}</span>}</span>
          {run !== null && <span>{linkTo({ to: 'run', id: run }, texts.inRun)}</span>}
        </span>
      </td>
      <td>
        <details className="mephisto-review-fold">
          <summary>{texts.asked}</summary>
          <dl className="mephisto-review-json">
            <dt>{texts.askedFor}</dt><dd><pre dir="auto" tabIndex={0}>{JSON.stringify(request, null, 2)}</pre></dd>
            <dt>{texts.replied}</dt><dd><pre dir="auto" tabIndex={0}>{JSON.stringify(reply, null, 2)}</pre></dd>
            <dt>{texts.requestId}</dt><dd>{id}</dd>
          </dl>
        </details>
      </td>
    </tr>
  )
}

/** What was done, in plain words where they are known. */
function actionText(action: string, request: unknown, { actions, archiving }: ReviewTexts['audit']): string {
  const both = archiving[action]
  if (both === undefined) return actions[action] ?? action
  return typeof request === 'object' && request !== null && 'isArchived' in request && request.isArchived === false ? both.broughtBack : both.archived
}

/** What an act's subject leads to; null where it has no page. */
function targetOf(subject: string, id: string): LinkTarget | null {
  switch (subject) {
    case 'task_run': case 'run': return { to: 'run', id }
    case 'task': case 'project': case 'worker': return { to: subject, id }
    default: return null
  }
}

/** What a reply calls what it is about; null where it does not. */
function nameIn(reply: unknown): string | null {
  if (typeof reply !== 'object' || reply === null) return null
  const { name, task } = reply as { readonly name?: unknown; readonly task?: unknown }
  return typeof name === 'string' ? name : task === undefined ? null : nameIn(task)
}

/** The run that a request named; null for none. */
function runOf(request: unknown): string | null {
  if (typeof request !== 'object' || request === null) return null
  const { run, runId } = request as { readonly run?: unknown; readonly runId?: unknown }
  return typeof run === 'string' ? run : typeof runId === 'string' ? runId : null
}

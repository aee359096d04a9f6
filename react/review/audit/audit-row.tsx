import type { AuditEntryView } from '../../../sdk/protocol/audit-views.js'
import type { LinkTarget, LinkTo } from '../link-to.js'
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
      <td data-name={texts.when} className="mephisto-review-keep">{formats.moment(at)}</td>
      <td data-name={texts.who}>{actor}</td>
      <td data-name={texts.what}>{texts.actions[action] ?? action}</td>
      <td data-name={texts.about}>
        <span className="mephisto-review-lines">
          <span>{texts.subjects[subject] ?? subject} {target ? linkTo(target, subjectId) : <span className="mephisto-review-hint">{subjectId}</span>}</span>
          {run !== null && <span>{linkTo({ to: 'run', id: run }, texts.inRun)}</span>}
        </span>
      </td>
      <td>
        <details className="mephisto-review-fold">
          <summary>{texts.asked}</summary>
          <dl className="mephisto-review-json">
            <dt>{texts.askedFor}</dt><dd><pre dir="auto">{JSON.stringify(request, null, 2)}</pre></dd>
            <dt>{texts.replied}</dt><dd><pre dir="auto">{JSON.stringify(reply, null, 2)}</pre></dd>
            <dt>{texts.requestId}</dt><dd>{id}</dd>
          </dl>
        </details>
      </td>
    </tr>
  )
}

/** What an act's subject leads to; null where it has no page. */
function targetOf(subject: string, id: string): LinkTarget | null {
  switch (subject) {
    case 'task_run': case 'run': return { to: 'run', id }
    case 'task': case 'project': case 'worker': return { to: subject, id }
    default: return null
  }
}

/** The run that a request named; null for none. */
function runOf(request: unknown): string | null {
  if (typeof request !== 'object' || request === null) return null
  const { run, runId } = request as { readonly run?: unknown; readonly runId?: unknown }
  return typeof run === 'string' ? run : typeof runId === 'string' ? runId : null
}

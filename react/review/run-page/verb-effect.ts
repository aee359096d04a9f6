import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import type { ReviewTexts } from '../texts/english.js'
import type { Formats } from '../texts/review-texts.js'
import type { RunVerb } from './run-verb.js'

/** The language that effects are told in. */
export interface Language {
  readonly texts: ReviewTexts['controls']
  readonly formats: Formats
}

/** What a verb would do to a run as it stands, a sentence each; what a top-up does depends on what is filled in. Pure. */
export function effectOf(verb: Exclude<RunVerb, 'top_up'>, { run, units }: RunProgressView, { texts, formats }: Language): readonly string[] {
  const free = units.created + units.launched
  const { money: { pay, reserved } } = run
  switch (verb) {
    case 'pause': return [texts.nobodyNew, texts.mayFinish(units.assigned), texts.canResume]
    case 'resume': return [texts.handedOut(free)]
    case 'drain': return [texts.nobodyNew, texts.mayFinish(units.assigned), texts.freed(free), texts.canRequeue]
    case 'expire': return [
      texts.nobodyNew, texts.cutOff(units.assigned), texts.freed(free),
      ...(units.assigned > 0 && reserved.minor > 0 ? [texts.released(formats.money({ minor: Math.min(reserved.minor, units.assigned * pay.minor), currency: pay.currency }))] : []), texts.canRequeue,
    ]
    case 'requeue': return [
      texts.again(units.rejected, units.expired), texts.costsUpTo(formats.money({ minor: (units.rejected + units.expired) * pay.minor, currency: pay.currency })),
      ...(isOver(run.status) ? [texts.reopens] : []),
    ]
    case 'archive': return [texts.leftOut]
    case 'unarchive': return [texts.backInLists]
  }
}

/** Whether a run has ended, so that more work opens it again. */
export function isOver(status: string): boolean {
  return status === 'completed' || status === 'expired'
}

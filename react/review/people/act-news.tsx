import { useEffect, useRef } from 'react'
import type { ReviewTexts } from '../texts/english.js'
import { useTexts } from '../texts/review-texts.js'
import type { PeopleAct, PeopleDone } from './use-people-act.js'

interface ActNewsProps {
  readonly act: PeopleAct
  /** What a run is called. @default its id */
  readonly runName?: (run: string) => string
  /** The sheet is open, and says how it goes. */
  readonly isAsking: boolean
}

/** What was done last, or why it was not. It takes the focus once something was done, since what was pressed may be gone by then; not from somebody who writes. */
export function ActNews({ act: { done, failure, isUnderWay }, runName = run => run, isAsking }: ActNewsProps) {
  const { acts, people: texts } = useTexts()
  const line = useRef<HTMLDivElement>(null)
  const told = useRef<PeopleDone | null>(null)
  useEffect(() => {
    if (done === told.current || isAsking) return
    told.current = done
    if (done && document.activeElement?.matches('input, textarea, select') !== true) line.current?.focus()
  }, [done, isAsking])
  const sentences = isAsking ? [] : isUnderWay ? [acts.underWay] : failure ? [failure.kind === 'away' ? acts.unknown : acts.notDone(failure.message)] : done ? newsOf(done, texts, runName) : []
  return (
    <div ref={line} tabIndex={-1} role="status" className={failure ? 'mephisto-review-trouble' : 'mephisto-review-act-news'}>
      {sentences.map((sentence, index) => <p key={`${String(index)} ${sentence}`}>{sentence}</p>)}
    </div>
  )
}

function newsOf(done: PeopleDone, { grants, blocks, qualificationList, qualificationPage }: ReviewTexts['people'], runName: (run: string) => string): readonly string[] {
  switch (done.verb) {
    case 'grant': return done.reply.granted.map(({ pseudonym }) => grants.granting(pseudonym, done.reply.qualification.name))
    case 'revoke': return [
      ...done.reply.revoked.map(({ pseudonym }) => grants.revoked(pseudonym, done.reply.qualification.name)),
      ...done.reply.without.map(({ pseudonym }) => grants.didNotHave(pseudonym, done.reply.qualification.name)),
    ]
    case 'block': return [
      ...done.reply.blocks.map(({ worker }) => blocks.blocked(worker.pseudonym)),
      ...done.reply.reopened.flatMap(part => [blocks.reopened(runName(part.run), part), ...(part.why === null ? [] : [blocks.keptAnswers(part.kept, part.why)])]),
    ]
    case 'lift': return [blocks.isLifted, ...done.reply.restored.flatMap(({ run, restored, kept, why }) => [blocks.restored(runName(run), restored), ...(why === null ? [] : [blocks.keptAnswers(kept, why)])])]
    case 'make': return [qualificationList.isMade(done.reply.name)]
    case 'change': return [qualificationPage.isChanged(done.reply.name)]
    case 'delete': return []
  }
}

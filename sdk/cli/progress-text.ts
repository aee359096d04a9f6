import { formatMoney } from '../data-model/money.js'
import type { RunProgressView } from '../protocol/run-views.js'
import { harmless } from './answer-text.js'
import { bar } from './busy-line.js'

/** How a run stands, in one line. */
export function progressLine({ run, units, pace }: RunProgressView): string {
  return `${run.status}  ${String(run.unitsAnswered)}/${String(run.unitsTotal)} answered, ${String(units.assigned)} under way  ${paceText(pace)}`
}

/** How a run stands, for people, a few lines. */
export function progressLines(view: RunProgressView): readonly string[] {
  const { run, units, pace, dropOuts, refusals, medianMs, publishing, stranded } = view
  const { money } = run
  return [
    `${run.task} (${run.id}) is ${run.status}`,
    `${bar(run.unitsAnswered, run.unitsTotal)} ${String(run.unitsAnswered)}/${String(run.unitsTotal)} answered by ${String(view.workers)} people`,
    `free ${String(units.created + units.launched)}, under way ${String(units.assigned)}, waiting for review ${String(units.completed)}, accepted ${String(units.accepted)}, soft-rejected ${String(units.soft_rejected)}, rejected ${String(units.rejected)}, expired ${String(units.expired)}`,
    `${paceText(pace)}${medianMs === null ? '' : `; half of the answers took at most ${durationText(medianMs)}`}`,
    `spent ${formatMoney(money.spent)}, reserved ${formatMoney(money.reserved)}${money.budget === null ? '' : ` of ${formatMoney(money.budget)}`}; ${formatMoney(pace.forecast)} when all is answered and accepted`,
    `given back ${String(dropOuts.returned)}${reasonsText(view.returnReasons)}, timed out ${String(dropOuts.timedOut)}, disconnected ${String(dropOuts.disconnected)}, expired ${String(dropOuts.expired)}, set aside ${String(view.setAside)}`,
    ...(run.dataRemovedAt === null ? [] : [`its inputs and answers were removed on ${run.dataRemovedAt.slice(0, 10)}`]),
    ...(run.dataFeed === null ? [] : [feedText(run.id, run.dataFeed, view.feedReading)]),
    ...(refusals.length === 0 ? [] : [`no work for: ${refusals.map(({ reason, workers }) => `${reason} ${String(workers)}`).join(', ')}`]),
    ...(stranded === null || stranded.units === 0 ? [] : [`${String(stranded.units)} units can be done by nobody whom their items are for: ${stranded.assignments.join(', ')} (see mephisto reassign)`]),
    ...(publishing === null ? [] : publishingLines(run.provider, publishing)),
  ]
}

/** Why units were given back, where anybody said so. */
function reasonsText(reasons: RunProgressView['returnReasons']): string {
  return reasons.length === 0 ? '' : ` (${reasons.map(({ reason, attempts }) => `${reason} ${String(attempts)}`).join(', ')})`
}

/** What the provider shows its workers, and what is in the way. */
function publishingLines(provider: string, { run, units, troubles }: NonNullable<RunProgressView['publishing']>): readonly string[] {
  const shown = Object.entries(units).filter(([, count]) => count > 0).map(([status, count]) => `${status.replace('_', ' ')} ${String(count)}`)
  return [
    `at ${provider}: ${[...(run === null ? [] : [`the run is ${run.replace('_', ' ')}`]), ...(shown.length === 0 ? ['no units'] : shown)].join(', ')}`,
    ...troubles.map(({ topic, about, error, tries, triesAgainAt, callId }) =>
      `${topic} of ${about} failed ${String(tries)} times: ${harmless(error)} (${triesAgainAt === null ? `given up; call ${callId} can be made again` : `again at ${triesAgainAt.slice(0, 19).replace('T', ' ')} UTC`})`),
  ]
}

function feedText(runId: string, { name, status, rows }: NonNullable<RunProgressView['run']['dataFeed']>, reading: RunProgressView['feedReading']): string {
  const taken = `feed ${name} is ${status}, ${String(rows)} rows taken`
  if (status === 'failed') return `${taken}: ${harmless(reading?.error ?? 'nobody knows why')} (see mephisto resume-feed ${runId})`
  if (status === 'ended' || !reading) return taken
  if (reading.error !== null) return `${taken}; the last of ${String(reading.tries)} tries: ${harmless(reading.error)}`
  return reading.dueSince === null ? taken : `${taken}; it should be read since ${reading.dueSince}, and no process does so: start one that has this feed`
}

function paceText({ answersPerHour, finishesAt }: RunProgressView['pace']): string {
  if (answersPerHour === null) return 'not launched yet'
  return `${String(answersPerHour)} answers an hour${finishesAt === null ? '' : `, done about ${finishesAt.slice(0, 16).replace('T', ' ')} UTC`}`
}

function durationText(ms: number): string {
  return ms < 120_000 ? `${String(Math.round(ms / 1000))} s` : `${String(Math.round(ms / 60_000))} min`
}

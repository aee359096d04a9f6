import { formatMoney } from '../data-model/money.js'
import type { RunProgressView } from '../protocol/run-views.js'

const BAR = 30

/** How a run stands, in one line. */
export function progressLine({ run, units, pace }: RunProgressView): string {
  return `${run.status}  ${String(run.unitsAnswered)}/${String(run.unitsTotal)} answered, ${String(units.assigned)} under way  ${paceText(pace)}`
}

/** How a run stands, for people, a few lines. */
export function progressLines(view: RunProgressView): readonly string[] {
  const { run, units, pace, dropOuts, refusals, medianMs } = view
  const done = run.unitsTotal === 0 ? 0 : run.unitsAnswered / run.unitsTotal
  const { money } = run
  return [
    `${run.task} (${run.id}) is ${run.status}`,
    `[${'#'.repeat(Math.floor(done * BAR)).padEnd(BAR, '.')}] ${String(run.unitsAnswered)}/${String(run.unitsTotal)} answered by ${String(view.workers)} people`,
    `free ${String(units.created + units.launched)}, under way ${String(units.assigned)}, waiting for review ${String(units.completed)}, accepted ${String(units.accepted)}, soft-rejected ${String(units.soft_rejected)}, rejected ${String(units.rejected)}, expired ${String(units.expired)}`,
    `${paceText(pace)}${medianMs === null ? '' : `; half of the answers took at most ${durationText(medianMs)}`}`,
    `spent ${formatMoney(money.spent)}, reserved ${formatMoney(money.reserved)}${money.budget === null ? '' : ` of ${formatMoney(money.budget)}`}; ${formatMoney(pace.forecast)} when all is answered and accepted`,
    `given back ${String(dropOuts.returned)}, timed out ${String(dropOuts.timedOut)}, disconnected ${String(dropOuts.disconnected)}, expired ${String(dropOuts.expired)}, set aside ${String(view.setAside)}`,
    ...(refusals.length === 0 ? [] : [`no work for: ${refusals.map(({ reason, workers }) => `${reason} ${String(workers)}`).join(', ')}`]),
  ]
}

function paceText({ answersPerHour, finishesAt }: RunProgressView['pace']): string {
  if (answersPerHour === null) return 'not launched yet'
  return `${String(answersPerHour)} answers an hour${finishesAt === null ? '' : `, done about ${finishesAt.slice(0, 16).replace('T', ' ')} UTC`}`
}

function durationText(ms: number): string {
  return ms < 120_000 ? `${String(Math.round(ms / 1000))} s` : `${String(Math.round(ms / 60_000))} min`
}

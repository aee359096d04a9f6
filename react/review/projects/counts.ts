import type { RollUpView } from '../../../sdk/protocol/project-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

const ACTIVE = ['created', 'launching', 'running', 'paused', 'draining'] as const

/** How many runs and units something comes to, as sentences. */
export function useCountTexts(): (of: Pick<RollUpView, 'runs' | 'units'>) => { readonly runs: string; readonly units: string } {
  const texts = useTexts().projects
  const formats = useFormats()
  return ({ runs, units }) => ({
    runs: total(runs) === 0 ? texts.runsNone : texts.runsActive(formats.count(ACTIVE.reduce((sum, status) => sum + runs[status], 0)), formats.count(total(runs))),
    units: texts.unitsDone(formats.count(units.accepted), formats.count(total(units))),
  })
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

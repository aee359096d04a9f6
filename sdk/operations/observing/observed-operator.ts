import type { TaskRun } from '../../data-model/entities.js'
import type { Logger } from '../../ports/runtime.js'
import type { Operator } from '../operator.js'
import { errorType, type Observer } from './observer.js'

const ACTS = ['plan', 'pause', 'resume', 'drain', 'expire', 'archive', 'unarchive', 'requeue', 'topUp', 'resumeFeed', 'extend', 'compensate'] as const satisfies readonly (keyof Operator)[]

/** An operator whose acts are spans, and whose launches that fail are logged. */
export function observedOperator(operator: Operator, { observer, logger }: { readonly observer: Observer; readonly logger: Logger }): Operator {
  const launch: Operator['launch'] = (blueprint, options) => observer.span('mephisto.operator.launch', { attributes: { 'mephisto.blueprint': blueprint.type } }, async (span): Promise<TaskRun> => {
    try {
      const run = await operator.launch(blueprint, options)
      span.set({ 'mephisto.run.id': run.id, 'mephisto.items': run.unitsTotal })
      return run
    } catch (error) {
      logger.warn({ err: error, blueprint: blueprint.type, code: errorType(error) }, 'a launch failed; nothing of it stays')
      throw error
    }
  })
  if (!observer.isOn) return { ...operator, launch }
  return { ...operator, launch, ...Object.fromEntries(ACTS.map(name => [name, spanned(name, operator[name] as Act, observer)])) }
}

type Act = (subject: unknown, ...given: readonly unknown[]) => Promise<unknown>

/** An act on a run, or on a blueprint. */
function spanned(name: string, act: Act, observer: Observer): Act {
  return (subject, ...given) => observer.span(`mephisto.operator.${name}`, { attributes: typeof subject === 'string' ? { 'mephisto.run.id': subject } : {} }, () => act(subject, ...given))
}

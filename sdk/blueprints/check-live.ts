import { BLUEPRINT_TOPICS } from '../data-model/outbox-topics.js'
import type { AnyBlueprint } from './blueprint.js'
import { checkFunction, checkName, checkTimeout, checkTopic, refused } from './check-given.js'
import { jsonSchema } from './json-schema.js'
import type { AnyLiveFunctions } from './live-server.js'

/** Checks what a blueprint was given for its live work, and the contract of that. @throws MephistoError `invalid_options`, naming what is wrong */
export function checkLiveFunctions(blueprint: AnyBlueprint, given: AnyLiveFunctions | undefined): void {
  const { type, live, procedures = {} } = blueprint
  if (!live) {
    if (given !== undefined) throw refused(blueprint, 'the blueprint has nothing live; define it there with its schemas.')
    return
  }
  if (Object.keys(procedures).length > 0) throw refused(blueprint, 'a blueprint has procedures or live work, not both; let an action have an effect.')
  if (!given) throw refused(blueprint, 'the blueprint is live; give what happens in live: { begin, on }.')
  checkTopic(blueprint, BLUEPRINT_TOPICS.effect, 'live work')
  for (const name of ['begin', 'on'] as const) if (typeof given[name] !== 'function') throw refused(blueprint, `live.${name} must be a function.`)
  checkFunction(blueprint, 'live.view', given.view)
  jsonSchema({ type }, 'state', live.state)
  for (const [what, schemas] of [['action', live.actions], ['packet', live.packets ?? {}], ['signal', live.signals ?? {}]] as const) {
    for (const [name, schema] of Object.entries(schemas)) {
      checkName(blueprint, `the name "${name}" of a live ${what}`, name)
      jsonSchema({ type }, `${what} ${name}`, schema)
    }
  }
  for (const [name, effect] of Object.entries(given.effects ?? {}) as [string, { readonly run?: unknown; readonly timeoutMs?: number } | null][]) {
    checkName(blueprint, `the name "${name}" of an effect`, name)
    if (typeof effect?.run !== 'function') throw refused(blueprint, `the effect "${name}" has no function run.`)
    checkTimeout(blueprint, `the effect "${name}"`, effect.timeoutMs)
  }
}

import { expect, test } from 'vitest'
import { conflictChoice } from '../../sdk/cli/conflict-choice.js'
import { conflictRulesOf, DEFAULT_RULES } from '../../sdk/operations/transfer/conflict-rules.js'

const rules = (...words: string[]) => conflictRulesOf(conflictChoice(words))

test('words say rules by kind, for single names, and for all kinds that have them; later ones win', () => {
  expect(rules()).toEqual(DEFAULT_RULES)
  expect(rules('refuse', 'tasks=rename')).toEqual({ ...DEFAULT_RULES, projects: 'refuse', tasks: 'rename', qualifications: 'refuse', requesters: 'refuse', workers: 'refuse' })
  expect(rules('rename')).toMatchObject({ projects: 'rename', tasks: 'rename', qualifications: 'rename', requesters: 'merge', workers: 'merge', grants: 'stricter' })
  expect(rules('theirs').grants).toBe('theirs')
  expect(rules('tasks:a=b: c=rename', 'tasks:a=b: c=merge', 'tasks:__proto__=rename', 'grants:english=newest').except).toMatchObject({ tasks: { 'a=b: c': 'merge' }, grants: { english: 'newest' } })
})

test.each([
  ['task=rename', 'there is no kind "task"; kinds are projects, tasks'], ['tasks=stricter', 'rules for tasks are merge, refuse, rename'], ['workers=rename', 'rules for workers are merge, refuse'],
  ['rneame', 'there is no rule "rneame"'], ['workers:ann=refuse', 'single names can be chosen of projects, tasks, qualifications, grants'], ['=merge', 'there is no kind ""'], ['tasks=', 'rules for tasks are'],
])('%s is refused by its name', (word, message) => {
  expect(() => conflictChoice([word])).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(`--on-conflict: "${word}": ${message}`) as string }))
})

test.each<[unknown, string]>([
  [{ tasks: 'renam' }, 'onConflict.tasks'], [{ workers: 'rename' }, 'onConflict.workers'], [{ task: 'merge' }, 'onConflict'], [{ except: { tasks: { mail: 'ours' } } }, 'onConflict.except.tasks.mail'], [{ except: { tasks: { '': 'merge' } } }, 'onConflict.except.tasks'], ['refuse', 'onConflict'],
])('rules %j are refused by the option', (options, path) => {
  expect(() => conflictRulesOf(options as never)).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(path) as string }))
})

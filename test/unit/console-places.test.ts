import { expect, test } from 'vitest'
import { placeOfText, textOfPlace, type ConsolePlace } from '../../react/console/console-place.js'

const PLACES: readonly (readonly [string, ConsolePlace])[] = [
  ['runs', { page: 'runs' }], ['runs/0190-a', { page: 'run', run: '0190-a', part: 'overview' }], ['runs/0190-a/workers', { page: 'run', run: '0190-a', part: 'workers' }], ['runs/0190-a/reviewers', { page: 'run', run: '0190-a', part: 'reviewers' }],
  ['projects', { page: 'projects' }], ['projects/Tea%20%26%20milk%2F%F0%9F%AB%96', { page: 'project', project: 'Tea & milk/🫖' }], ['tasks/t%231', { page: 'task', task: 't#1' }],
  ['spending', { page: 'spending', of: null }], ['spending/project/p-1', { page: 'spending', of: { kind: 'project', id: 'p-1' } }],
  ['exports', { page: 'exports', of: null }], ['exports/run/0190-a', { page: 'exports', of: { kind: 'run', id: '0190-a' } }], ['audit', { page: 'audit' }], ['workers', { page: 'workers' }], ['workers/w-1', { page: 'worker', worker: 'w-1' }], ['remarks', { page: 'remarks' }],
]

test.each(PLACES)('%s is an address and its place', (text, place) => {
  expect(textOfPlace(place)).toBe(text)
  expect(placeOfText(text)).toEqual(place)
})

test.each(['', 'nowhere', 'runs/', 'runs/a/nonsense', 'runs/%'])('%s is no place, and leads to the runs', text => {
  expect(placeOfText(text)).toEqual({ page: 'runs' })
})

test.each(['projects', 'projects/', 'projects/%E0%A4', 'tasks', 'tasks/'])('%s leads to the projects', text => {
  expect(placeOfText(text)).toEqual({ page: 'projects' })
})

test.each(['exports/run', 'exports/run/', 'exports/nonsense/a', 'exports/run/%'])('%s chooses nothing', text => {
  expect(placeOfText(text)).toEqual({ page: 'exports', of: null })
})

import { expect, test } from 'vitest'
import { placeOfText, sectionOf, textOfPlace, type ConsolePlace } from '../../react/console/console-place.js'

test('places about people have addresses that lead back to them', () => {
  const places: readonly (readonly [ConsolePlace, string])[] = [
    [{ page: 'workers' }, 'workers'], [{ page: 'worker', worker: 'a/b #1' }, 'workers/a%2Fb%20%231'],
    [{ page: 'qualifications' }, 'qualifications'], [{ page: 'qualification', qualification: 'reads Ωs' }, 'qualifications/reads%20%CE%A9s'],
    [{ page: 'run', run: 'r1', part: 'overview' }, 'runs/r1'], [{ page: 'run', run: 'r1', part: 'workers' }, 'runs/r1/workers'], [{ page: 'runs' }, 'runs'], [{ page: 'remarks' }, 'remarks'],
  ]
  for (const [place, text] of places) {
    expect(textOfPlace(place)).toBe(text)
    expect(placeOfText(text)).toEqual(place)
  }
})

test('an address of nobody is the list, and one of nothing the runs', () => {
  expect(placeOfText('workers/')).toEqual({ page: 'workers' })
  expect(placeOfText('qualifications/%')).toEqual({ page: 'qualifications' })
  expect(placeOfText('workers/a/more')).toEqual({ page: 'worker', worker: 'a' })
  for (const text of ['', 'elsewhere', 'runs/', 'runs/r1/elsewhere', 'runs/%']) expect(placeOfText(text)).toEqual({ page: 'runs' })
})

test('one person is under the workers, one qualification under the qualifications', () => {
  const sections = (['workers/a', 'qualifications/a', 'runs/a', 'workers', 'remarks'] as const).map(text => sectionOf(placeOfText(text)))
  expect(sections).toEqual(['workers', 'qualifications', 'runs', 'workers', 'remarks'])
})

import { describe, expect, test } from 'vitest'
import { auditFilterOf, auditProblemsOf, ANY_ACT } from '../../react/review/audit/audit-draft.js'
import { newChoice, offerOf } from '../../react/review/exports/export-choice.js'
import { budgetPreview } from '../../react/review/projects/budget-preview.js'
import { runMoney, sumMoney } from '../../react/review/spending/work-money.js'
import { ENGLISH } from '../../react/review/texts/english.js'
import { formatsOf } from '../../react/review/texts/review-texts.js'
import { filterOf, newDraft, personOf, problemsOf } from '../../react/review/kit/work-draft.js'
import { createMephistoClient } from '../../sdk/client/create-mephisto-client.js'

const client = createMephistoClient({ url: 'https://app.example/mephisto/' })
const usd = (minor: number) => ({ minor, currency: 'USD' })
const language = { texts: ENGLISH.projects, formats: formatsOf('en') }

describe('which work is meant', () => {
  test('a person is named by an id here, by what a provider calls them, or by the name of exports', () => {
    expect(personOf('  ')).toBeNull()
    expect(personOf('0190A1B2-0000-7000-8000-000000000000')).toEqual({ workerId: '0190a1b2-0000-7000-8000-000000000000' })
    expect(personOf('prolific: 5f3a:b')).toEqual({ provider: 'prolific', externalId: '5f3a:b' })
    expect(personOf(' w-ann ')).toEqual({ pseudonym: 'w-ann' })
  })
  test('what was not filled in is left out', () => {
    expect(filterOf(newDraft(null))).toEqual({})
    expect(filterOf(newDraft({ kind: 'task', id: 't' }))).toEqual({ task: 't' })
    expect(filterOf({ ...newDraft(null), kind: 'run', person: 'w-1', from: '2026-03-01T10:00' })).toEqual({ worker: { pseudonym: 'w-1' }, from: new Date('2026-03-01T10:00').toISOString() })
  })
  test('times that are none or the wrong way round are said', () => {
    const said = (from: string, before: string) => problemsOf({ ...newDraft(null), from, before }, ENGLISH.places)
    expect(said('', '')).toEqual({ from: null, before: null })
    expect(said('20260-03-01T10:00', 'nonsense')).toEqual({ from: ENGLISH.places.wrongTime, before: ENGLISH.places.wrongTime })
    expect(said('2026-03-01T10:00', '2026-03-01T10:00')).toEqual({ from: null, before: ENGLISH.places.wrongSpan })
  })
})

describe('what an export gives', () => {
  test('says what is missing, and gives no address', () => {
    const offer = offerOf(client, newChoice(null), ENGLISH)
    expect([offer.url, offer.of, offer.transcriptsUrl, offer.wrong]).toEqual([null, null, null, ['Choose which run.']])
    expect(offerOf(client, { ...newChoice(null), kind: '', before: '2026-03-01T10:00' }, ENGLISH).wrong).toEqual([ENGLISH.exports.chooseSomething])
    expect(offerOf(client, { ...newChoice({ kind: 'run', id: 'r' }), from: '2026-03-01T10:00', before: '2026-02-01T10:00' }, ENGLISH).wrong).toEqual([ENGLISH.places.wrongSpan])
  })
  test('gives the address of all that was chosen, and of transcripts without a person', () => {
    const offer = offerOf(client, { ...newChoice({ kind: 'task', id: 'Tea & milk' }), person: 'w-1', format: 'csv', includeSetAside: true, migrated: true }, ENGLISH)
    expect(offer.url).toBe('https://app.example/mephisto/export/answers.csv?task=Tea+%26+milk&pseudonym=w-1&setAside=1&migrated=1')
    expect(offer.transcriptsUrl).toBe('https://app.example/mephisto/transcripts/answers.jsonl?task=Tea+%26+milk')
    expect(offerOf(client, { ...newChoice(null), kind: '', person: 'w-1' }, ENGLISH)).toMatchObject({ of: { worker: { pseudonym: 'w-1' } }, transcriptsUrl: null, wrong: [] })
  })
})

describe('a budget before it is set', () => {
  const project = { money: [{ spent: usd(500), reserved: usd(100), owed: usd(0) }], budget: usd(1_000) }
  const preview = (cap: string, of = project) => budgetPreview({ cap, currency: 'USD' }, of, language)
  test('says what it leaves, that it is too small, that it is none', () => {
    expect(preview('12,50')).toMatchObject({ budget: usd(1_250), problem: null, effects: [ENGLISH.projects.budgetLeaves('$12.50', '$6.50')] })
    expect(preview('5.99')).toMatchObject({ budget: undefined, problem: ENGLISH.projects.budgetTooSmall('$6.00') })
    expect(preview('a lot')).toMatchObject({ budget: undefined, problem: ENGLISH.projects.notMoney('USD') })
    expect(preview('10')).toMatchObject({ budget: undefined, effects: [ENGLISH.projects.budgetSame] })
    expect(preview('')).toMatchObject({ budget: null, effects: [ENGLISH.projects.budgetGone] })
    expect(preview('10').now).toEqual([ENGLISH.projects.budgetNow('$5.00', '$1.00'), ENGLISH.projects.budgetStill('$10.00')])
  })
  test('is none where there are several currencies', () => {
    const eur = { spent: { minor: 1, currency: 'EUR' }, reserved: { minor: 0, currency: 'EUR' }, owed: null }
    expect(budgetPreview({ cap: '10', currency: 'USD' }, { money: [...project.money, eur], budget: null }, language)).toMatchObject({ budget: undefined, effects: [ENGLISH.projects.budgetMixed('USD, EUR')] })
  })
})

test('money of a project has its budget in its currency, also before anything was spent', () => {
  expect(sumMoney([], usd(5))).toEqual([{ spent: usd(0), owed: usd(0), reserved: usd(0), cap: usd(5) }])
  expect(sumMoney([{ spent: usd(1), reserved: usd(2), owed: null }], null)).toEqual([{ spent: usd(1), reserved: usd(2), owed: null, cap: null }])
  expect(runMoney({ pay: usd(1), spent: usd(3), owed: usd(2), reserved: usd(1), budget: usd(9) })).toEqual({ spent: usd(3), owed: usd(2), reserved: usd(1), cap: usd(9) })
})

test('acts are looked for by what was filled in, and an id that is none is said', () => {
  expect(auditFilterOf(ANY_ACT)).toEqual({})
  expect(auditFilterOf({ ...ANY_ACT, actor: ' olga ', action: 'move_task', before: '2026-03-01T10:00' })).toEqual({ actor: 'olga', action: 'move_task', before: new Date('2026-03-01T10:00').toISOString() })
  expect(auditProblemsOf({ ...ANY_ACT, subjectId: 'a b' }, ENGLISH).subjectId).toBe(ENGLISH.audit.wrongId)
  expect(auditProblemsOf(ANY_ACT, ENGLISH)).toEqual({ from: null, before: null, subjectId: null })
})

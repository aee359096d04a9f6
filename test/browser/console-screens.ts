import type { Page } from 'playwright-core'
import type { ConsolePlace, RunPart } from '../../react/console/index.js'
import { textOfPlace } from '../../react/console/console-place.js'
import { kettles, type ConsoleStage } from '../console-stage.js'
import { playMoney } from '../money-stage.js'
import { playPeople } from '../people-stage.js'
import { RAVI, RITA } from '../principals.js'

/** What a screen is called: every page of the console, and of a run every part. A new one must be listed in {@link SCREENS}. */
export type ScreenName = Exclude<ConsolePlace['page'], 'run'> | `run-${RunPart}`

/** Where there is something to see on each page. */
export interface ScreensPlay {
  readonly run: string
  readonly project: string
  readonly worker: string
  readonly qualification: string
}

/** One screen of the console, and what is there when it is. */
interface Screen {
  readonly place: (play: ScreensPlay) => ConsolePlace
  readonly isThere: (page: Page) => Promise<void>
}

const says = (words: string | RegExp) => (page: Page): Promise<void> => page.getByText(words).first().waitFor({ state: 'attached' })
const runPart = (part: RunPart, isThere: Screen['isThere']): Screen => ({ place: ({ run }) => ({ page: 'run', run, part }), isThere })

/** Every screen of the console. */
export const SCREENS: Readonly<Record<ScreenName, Screen>> = {
  runs: { place: () => ({ page: 'runs' }), isThere: says('What do people say of kettles?') },
  'run-overview': runPart('overview', says(/All \d+ answers/)),
  'run-answers': runPart('answers', async page => {
    await page.getByRole('article', { name: 'Unit under review' }).waitFor()
    await says(/Answers to the same item/)(page)
  }),
  'run-workers': runPart('workers', page => page.getByRole('button', { name: 'Sort by Answers' }).waitFor({ state: 'attached' })),
  'run-reviewers': runPart('reviewers', says('Ravi')),
  'run-remarks': runPart('remarks', says('Two sentences in one item.')),
  remarks: { place: () => ({ page: 'remarks' }), isThere: says('Two sentences in one item.') },
  workers: { place: () => ({ page: 'workers' }), isThere: says('Blocked in places') },
  worker: { place: ({ worker }) => ({ page: 'worker', worker }), isThere: says('Two sentences in one item.') },
  qualifications: { place: () => ({ page: 'qualifications' }), isThere: says('fast-typist') },
  qualification: { place: ({ qualification }) => ({ page: 'qualification', qualification }), isThere: page => page.getByRole('button', { name: /^Revoke / }).first().waitFor({ state: 'attached' }) },
  projects: { place: () => ({ page: 'projects' }), isThere: says(/What kitchens say/) },
  project: { place: ({ project }) => ({ page: 'project', project }), isThere: page => page.getByRole('link', { name: 'kettles', exact: true }).waitFor({ state: 'attached' }) },
  task: { place: () => ({ page: 'task', task: 'kettles' }), isThere: page => page.getByRole('link', { name: 'What do people say of kettles?' }).first().waitFor({ state: 'attached' }) },
  spending: { place: ({ run }) => ({ page: 'spending', of: { kind: 'run', id: run } }), isThere: says('Extra pay, outside any unit') },
  exports: { place: ({ run }) => ({ page: 'exports', of: { kind: 'run', id: run } }), isThere: page => page.getByRole('link', { name: /Download/ }).first().waitFor({ state: 'attached' }) },
  audit: { place: () => ({ page: 'audit' }), isThere: page => page.locator('tbody tr').nth(5).waitFor({ state: 'attached' }) },
}

/** The names of all screens. */
export const SCREEN_NAMES = Object.keys(SCREENS) as readonly ScreenName[]

/** Comes to a screen as an operator, who sees the most, and waits until what there is to see is there. */
export async function arrive(page: Page, come: (page: Page, who: string, place: string) => Promise<void>, { name, play }: { readonly name: ScreenName; readonly play: ScreensPlay }): Promise<void> {
  await come(page, 'olga', textOfPlace(SCREENS[name].place(play)))
  await SCREENS[name].isThere(page)
}

/** Something on every page: people with remarks, grants and blocks, projects with money, and two who judged the same answer. */
export async function playScreens(stage: ConsoleStage): Promise<ScreensPlay> {
  const people = await playPeople(stage)
  const { run, project } = await playMoney(stage)
  const task = await stage.worker('uma').accept(kettles, run)
  await task.remark({ kind: 'feedback', about: 'item', text: 'Two sentences in one item.' })
  await task.submit({ mood: 'glad', isClear: true, stars: 5 })
  for (const who of [RITA, RAVI]) {
    const reviewer = stage.mephisto.caller(who)
    const [unit] = (await reviewer.review.queue({ run: run.id, limit: 1 })).units
    await reviewer.review.decide({ decisionId: crypto.randomUUID(), unitIds: [unit?.unitId ?? ''], verdict: 'approve', asOpinion: true })
  }
  return { run: run.id, project, worker: await people.idOf('ann'), qualification: await people.qualification('english') }
}

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { ConsoleOptions } from '../../sdk/index.js'
import { openConsoleStage, type ConsoleStage, type ConsoleStageOptions } from '../console-stage.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'

/** A desk with room for everything. */
export const WIDE = { width: 1440, height: 900 }

/** The console of an instance at which something was played, for all tests of a file. */
export interface ConsolePages<Played> {
  readonly stage: () => ConsoleStage
  readonly played: () => Played
  /** Goes to a place of the console as somebody; as who the page already is with null. */
  come(page: Page, who: string | null, place?: string): Promise<void>
}

/** Sets {@link ConsolePages} up; the server is there at the start of each test. */
export function consolePages<Played>(play: (stage: ConsoleStage, target: OwnTarget) => Promise<Played>, options: ConsoleOptions = { loginHref: '/login' }, more: Omit<ConsoleStageOptions, 'console'> = {}): ConsolePages<Played> {
  let target: OwnTarget
  let stage: ConsoleStage
  let played: Played
  beforeAll(async () => {
    target = await makeTarget('sqlite')
    stage = await openConsoleStage(target, { console: options, ...more })
    played = await play(stage, target)
  })
  beforeEach(() => { stage.isThere = true })
  afterAll(async () => {
    await stage.close()
    await target.drop()
  })
  return {
    stage: () => stage,
    played: () => played,
    async come(page, who, place = '') {
      if (who !== null) await page.context().addCookies([{ name: 'who', value: who, url: stage.origin }])
      await page.goto(`${stage.origin}/mephisto/console/${place === '' ? '' : `#/${place}`}`)
    },
  }
}

/** What a tile with this name says. */
export const tile = (page: Page, name: string) => page.locator('.mephisto-review-tile').filter({ has: page.getByText(name, { exact: true }) }).locator('dd').first()

import { erasing } from './erasing.js'
import { pseudonymising } from './pseudonymising.js'
import { removingData } from './removing-data.js'
import type { PrivacyDesk } from './privacy-desk.js'
import type { Files } from '../../operations/files/create-files.js'
import type { WorkParts } from '../../ports/work-parts.js'

/** The privacy desk over a database. Who may do what is for its callers to check. */
export function createPrivacyDesk({ files, ...parts }: WorkParts & { readonly files?: Pick<Files, 'discard'> }): PrivacyDesk {
  const [erase, removeData] = [erasing(parts), removingData(parts)]
  /** What the store does not give up now goes in a later round of upkeep. */
  async function discard(whose: string): Promise<void> {
    await files?.discard().catch((error: unknown) => { parts.runtime.logger.error({ err: error }, `the files of ${whose} are still to be removed; a later round of upkeep tries again`) })
  }
  return {
    pseudonymise: pseudonymising(parts),
    async erase(...request) {
      const reply = await erase(...request)
      await discard('somebody who was erased')
      return reply
    },
    async removeData(...request) {
      const reply = await removeData(...request)
      await discard('a task run whose data was removed')
      return reply
    },
  }
}

import { MephistoError } from '../../errors.js'
import { qualificationsOf } from '../../operations/admission.js'
import type { QualificationRow } from '../../ports/entity-rows.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { changeQualificationRequest, deleteQualificationRequest, makeQualificationRequest } from '../../protocol/people-requests.js'
import type { QualificationView } from '../../protocol/people-views.js'
import { actOf } from '../act-once.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { toQualificationView } from './people-rows.js'

/** Making, changing and deleting qualifications. */
export function qualificationActs(parts: PeopleParts): Pick<PeopleDesk, 'makeQualification' | 'changeQualification' | 'deleteQualification'> {
  return {
    makeQualification: actOf(parts, { action: 'make_qualification', schema: makeQualificationRequest }, async ({ tx, at }, { request: { name, description } }) => {
      const id = parts.runtime.newId()
      await tx.qualifications.create({ id, name, description, at })
      return about(toQualificationView({ id, name, description, createdAt: at }, 0))
    }),

    changeQualification: actOf(parts, { action: 'change_qualification', schema: changeQualificationRequest }, async ({ tx, at }, { request: { qualification, name, description } }) => {
      const { id } = await requireQualification(tx, qualification)
      await tx.qualifications.update(id, { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) })
      return about(await viewOf(tx, await requireQualification(tx, id), at))
    }),

    deleteQualification: actOf(parts, { action: 'delete_qualification', schema: deleteQualificationRequest }, async ({ tx, at }, { request: { qualification } }) => {
      const found = await requireQualification(tx, qualification)
      await refuseWhileAskedFor(tx, found)
      const reply = await viewOf(tx, found, at)
      if (!(await tx.qualifications.delete(found.id))) missing(qualification)
      return about(reply)
    }),
  }
}

/** The qualification with this id or name. @throws MephistoError `not_found` */
export async function requireQualification(db: DbOperations, named: string): Promise<QualificationRow> {
  return await db.qualifications.get(named) ?? await db.qualifications.byName(named) ?? missing(named)
}

/** A qualification with how many have it. */
export async function viewOf(db: DbOperations, qualification: QualificationRow, at: number): Promise<QualificationView> {
  return toQualificationView(qualification, (await db.grants.count([qualification.id], at)).get(qualification.id) ?? 0)
}

/** Without the grants, a run that keeps out who has a qualification would let everybody in, one that asks for it nobody, and one that grants it could not. */
async function refuseWhileAskedFor(db: DbOperations, { id, name }: QualificationRow): Promise<void> {
  for (let after: string | null | undefined; after !== null;) {
    const page: Awaited<ReturnType<DbOperations['runs']['find']>> = await db.runs.find({ filter: { isEnded: false }, limit: 200, ...(after === undefined ? {} : { after }) })
    const asking = page.rows.find(run => qualificationsOf(run.config).includes(id))
    if (asking) throw new MephistoError('conflict', `Qualification "${name}" cannot be deleted while run ${asking.id} of "${asking.taskName}" looks at it. End the run first.`)
    after = page.nextCursor
  }
}

function about(reply: QualificationView): { subject: string; subjectId: string; reply: QualificationView } {
  return { subject: 'qualification', subjectId: reply.id, reply }
}

function missing(named: string): never {
  throw new MephistoError('not_found', `There is no qualification "${named}". List the qualifications to see which there are; one that was deleted must be made again.`)
}

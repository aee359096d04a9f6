import { AuditPage } from '../review/audit/audit-page.js'
import { ExportsPage } from '../review/exports/exports-page.js'
import { ProjectPage } from '../review/projects/project-page.js'
import { ProjectsPage } from '../review/projects/projects-page.js'
import { TaskPage } from '../review/projects/task-page.js'
import { useProject } from '../review/projects/use-project.js'
import { useTaskList } from '../review/projects/use-task-list.js'
import type { ReviewSource } from '../review/review-store.js'
import { SpendingPage } from '../review/spending/spending-page.js'
import { useTexts } from '../review/texts/review-texts.js'
import type { ConsolePlace, WorkPlace } from './console-place.js'
import { Heading } from './heading.js'
import { linkTo } from './link-to-place.js'

interface PlaceProps<TPlace> {
  readonly source: ReviewSource
  readonly place: TPlace
  readonly loginHref: string | undefined
}

const WORK_PAGES = ['projects', 'project', 'task', 'spending', 'exports', 'audit'] as const satisfies readonly WorkPlace['page'][]

/** Whether a place is one of {@link WorkPlaces}. */
export function isWorkPlace(place: ConsolePlace): place is WorkPlace {
  return WORK_PAGES.some(page => page === place.page)
}

/** The places of projects, tasks, money, exports and the audit log. */
export function WorkPlaces({ source, place, loginHref }: PlaceProps<WorkPlace>) {
  const texts = useTexts().console
  const shared = { ...source, loginHref }
  switch (place.page) {
    case 'projects': return <><Heading at="projects">{texts.projects}</Heading><ProjectsPage {...shared} linkTo={linkTo} /></>
    case 'project': return <ProjectPlace key={place.project} source={source} place={place} loginHref={loginHref} />
    case 'task': return <TaskPlace key={place.task} source={source} place={place} loginHref={loginHref} />
    case 'spending': return <><Heading at="spending">{texts.spending}</Heading><SpendingPage key={keyOf(place)} {...shared} of={place.of} linkTo={linkTo} /></>
    case 'exports': return <><Heading at="exports">{texts.exports}</Heading><ExportsPage key={keyOf(place)} {...shared} of={place.of} /></>
    case 'audit': return <><Heading at="audit">{texts.audit}</Heading><AuditPage {...shared} linkTo={linkTo} /></>
  }
}

function ProjectPlace({ source, place: { project: named }, loginHref }: PlaceProps<WorkPlace & { readonly page: 'project' }>) {
  const { project } = useProject({ ...source, project: named })
  const texts = useTexts().projects
  return <><Heading at={`project ${named}`}>{project?.name ?? texts.project}</Heading><ProjectPage {...source} project={named} linkTo={linkTo} loginHref={loginHref} /></>
}

function TaskPlace({ source, place: { task: named }, loginHref }: PlaceProps<WorkPlace & { readonly page: 'task' }>) {
  const { tasks } = useTaskList({ ...source, filter: { task: named } })
  const texts = useTexts().projects
  return <><Heading at={`task ${named}`}>{tasks?.[0]?.name ?? texts.task}</Heading><TaskPage {...source} task={named} linkTo={linkTo} loginHref={loginHref} /></>
}

function keyOf({ of }: { readonly of: { readonly kind: string; readonly id: string } | null }): string {
  return of === null ? '' : `${of.kind} ${of.id}`
}

import type { Command } from 'commander'
import { formatMoney, money } from '../data-model/money.js'
import { MephistoError } from '../errors.js'
import type { AgreementView, ProjectAgreementView } from '../protocol/data-views.js'
import type { ProjectPageView, ProjectSummaryView, TaskSummaryView } from '../protocol/project-views.js'
import { bytesText } from '../data-model/file.js'
import { withActOptions, withDeskOptions, type ActChoice, type DeskChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { confirmed } from './confirm.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'
import { countingNumber } from './whole-number.js'

/** `projects`: which there are and what they come to, making, naming and archiving them, and moving tasks. */
export function addProjectsCommands(program: Command, streams: CliStreams): void {
  const { stdout } = streams
  const group = program.command('projects').description('Put tasks together, and see what they come to.')
  const write = (options: DeskChoice, reply: object, sentence: string): void => {
    stdout.write(options.json ? `${JSON.stringify(reply)}\n` : `${sentence}\n`)
  }

  withDeskOptions(group.command('list', { isDefault: true })).description('List the projects with what they come to.').option('--archived', 'archived ones, instead of the others')
    .action((options: DeskChoice & { archived?: true }) => withDesks(options, async ({ projects: desk }) => {
      const read = async (page: object) => {
        const { projects: rows, nextCursor } = await desk.list({ isArchived: options.archived ?? false, ...page })
        return { rows, nextCursor }
      }
      for await (const project of allPages(read, Infinity)) write(options, project, `${project.id}  ${project.name}: ${described(project)}`)
    }))

  withDeskOptions(group.command('show')).description('Show one project with its tasks.').argument('<project>', 'its name or id')
    .action((project: string, options: DeskChoice) => withDesks(options, async ({ projects: desk }) => {
      const page = await desk.show(project)
      write(options, page, pageText(page))
    }))

  withDeskOptions(group.command('agreement')).description('Say how far people agree who answered the same items, in each task of a project.').argument('<project>', 'its name or id')
    .action((project: string, options: DeskChoice) => withDesks(options, async ({ statistics }) => {
      const found = await statistics.agreement(project)
      write(options, found, agreementText(found))
    }))

  withActOptions(group.command('create')).description('Make a project.').argument('<name>')
    .action((name: string, options: ActChoice) => withDesks(options, async ({ projects: desk }) => {
      const made = await desk.create(terminalUser(), { requestId: options.requestId, name })
      write(options, made, `Made project "${made.name}" (${made.id}).`)
    }))

  withActOptions(group.command('rename')).description('Give a project another name.').argument('<project>', 'its name or id').argument('<name>', 'what it is called from now on')
    .action((project: string, name: string, options: ActChoice) => withDesks(options, async ({ projects: desk }) => {
      const renamed = await desk.rename(terminalUser(), { requestId: options.requestId, project, name })
      write(options, renamed, `Project ${renamed.id} is called "${renamed.name}" now.`)
    }))

  withActOptions(group.command('archive')).description('Leave a project or a task out of lists, or bring it back.').argument('<name>', 'its name or id')
    .option('--task', 'it is a task', false).option('--undo', 'bring it back', false)
    .action((name: string, { task, undo, ...options }: ActChoice & { task: boolean; undo: boolean }) => withDesks(options, async ({ projects: desk }) => {
      const request = { requestId: options.requestId, isArchived: !undo }
      const reply = await (task ? desk.archiveTask(terminalUser(), { ...request, task: name }) : desk.archive(terminalUser(), { ...request, project: name }))
      write(options, reply, `${undo ? 'Brought back' : 'Archived'} ${task ? 'task' : 'project'} "${reply.name}".`)
    }))

  withActOptions(group.command('move')).description('Move a task to a project, or out of the one that it is in.').argument('<task>', 'its name or id')
    .option('--to <project>', 'where it goes, by name or id').option('--out', 'to no project')
    .action((task: string, { to, out, ...options }: ActChoice & { to?: string; out?: true }) => withDesks(options, async ({ projects: desk }) => {
      if ((to === undefined) === (out === undefined)) throw new MephistoError('invalid_input', 'Where to? Give either --to <project> or --out.')
      const reply = await desk.move(terminalUser(), { requestId: options.requestId, task, project: to ?? null })
      write(options, reply, `Moved task "${reply.task.name}" from ${placeName(reply.from)} to ${placeName(reply.to)}.`)
    }))

  withActOptions(group.command('budget')).description('Cap what the runs of a project spend and reserve together, or take the cap away.').argument('<project>', 'its name or id')
    .argument('[amount]', 'in whole units of the currency, such as 400.00').option('--currency <code>', 'an ISO 4217 code', 'USD').option('--none', 'no cap any more')
    .action((project: string, amount: string | undefined, { currency, none, ...options }: ActChoice & { currency: string; none?: true }) => withDesks(options, async ({ projects: desk }) => {
      if ((amount === undefined) === (none === undefined)) throw new MephistoError('invalid_input', 'How much? Give either an amount or --none.')
      const { name, budget, ...rest } = await desk.setBudget(terminalUser(), { requestId: options.requestId, project, budget: amount === undefined ? null : money(currency, amount) })
      write(options, { name, budget, ...rest }, `The runs of project "${name}" ${budget ? `may spend ${formatMoney(budget)} together` : 'have no budget together'}.`)
    }))

  withActOptions(group.command('retention')).description("Bound for how long the texts of a task's answers are kept after a run is over, or take the bound away.").argument('<task>', 'its name or id')
    .argument('[days]', '1 to 36500', countingNumber).option('--none', 'no bound any more').option('--yes', 'do not ask')
    .action((task: string, days: number | undefined, { none, yes, ...options }: ActChoice & { none?: true; yes?: true }) => withDesks(options, async ({ projects: desk }) => {
      if ((days === undefined) === (none === undefined)) throw new MephistoError('invalid_input', 'For how long? Give either days or --none.')
      if (days !== undefined && !yes && await confirmed(streams, `Erase the answers of task "${task}" ${String(days)} days after the end of their run, also of runs that are over? They do not come back.`) !== true) {
        throw new MephistoError('invalid_options', 'Nothing was changed. Give --yes where nobody can be asked.')
      }
      const { name, retentionDays, ...rest } = await desk.setRetention(terminalUser(), { requestId: options.requestId, task, days: days ?? null })
      write(options, { name, retentionDays, ...rest }, retentionDays === null ? `The answers of task "${name}" are kept as long as their runs say.` : `The answers of task "${name}" are kept for ${String(retentionDays)} days at most.`)
    }))

  withActOptions(group.command('discard-files')).description('Discard the files of all answers of an archived project or run, for good.').argument('<name>', 'the project, by name or id; with --run the task run')
    .option('--run', 'it is a task run', false).option('--yes', 'do not ask')
    .action((name: string, { run, yes, ...options }: ActChoice & { run: boolean; yes?: true }) => withDesks(options, async ({ projects: desk }) => {
      if (!yes && await confirmed(streams, `Discard the files of all answers of ${run ? 'task run' : 'project'} "${name}"? They do not come back.`) !== true) {
        throw new MephistoError('invalid_options', 'Nothing was discarded. Give --yes where nobody can be asked.')
      }
      const reply = await desk.discardFiles(terminalUser(), { requestId: options.requestId, isForGood: true, ...(run ? { run: name } : { project: name }) })
      write(options, reply, `Discarded ${String(reply.files)} files of ${run ? 'task run' : 'project'} "${name}"; upkeep removes what is in the file store.`)
    }))
}

function placeName(project: { readonly name: string } | null): string {
  return project === null ? 'no project' : `project "${project.name}"`
}

function pageText({ project, tasks }: ProjectPageView): string {
  return [
    `${project.name} (${project.id}), made ${project.createdAt}${project.archivedAt === null ? '' : `, archived ${project.archivedAt}`}${project.budget ? `, budget ${formatMoney(project.budget)}` : ''}`, described(project),
    ...tasks.map(task => `  ${task.name} (${task.blueprintType})${task.archivedAt === null ? '' : ', archived'}: ${described(task)}`),
  ].join('\n')
}

function agreementText({ project, tasks, observed }: ProjectAgreementView): string {
  const share = (part: number): string => `${(100 * part).toFixed(1)} %`
  const agreed = ({ items, values, observed, alpha }: AgreementView): string =>
    `${share(observed)} equal, alpha ${alpha === null ? 'none, as all are the same' : alpha.toFixed(3)} (${String(values)} answers to ${String(items)} items)`
  return [
    `${project.name} (${project.id}): ${observed === null ? 'no item has two answers to a choice' : `${share(observed)} equal in choices`}`,
    ...tasks.flatMap(({ task, answers, fields }) => [
      `  ${task.name} (${task.blueprintType}): ${String(answers)} answers${fields.length === 0 ? ', none to the same item' : ''}`,
      ...fields.map(({ field, agreement }) => `    ${field ?? 'answer'}: ${agreed(agreement)}`),
    ]),
  ].join('\n')
}

function described(sums: ProjectSummaryView | TaskSummaryView): string {
  const counted = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).filter(([, count]) => count > 0).map(([status, count]) => `${String(count)} ${status}`).join(', ') || 'none'
  const money = sums.money.map(({ spent, reserved }) => `${formatMoney(spent)} spent, ${formatMoney(reserved)} reserved`).join('; ')
  return [
    ...('tasks' in sums ? [`${String(sums.tasks)} tasks`] : []), `runs: ${counted(sums.runs)}`, `${String(sums.workers)} workers`, `units: ${counted(sums.units)}`,
    ...(sums.approvalRate === null ? [] : [`${(100 * sums.approvalRate).toFixed(1)} % approved`]), ...(money === '' ? [] : [money]), ...(sums.fileBytes === 0 ? [] : [`${bytesText(sums.fileBytes)} of files`]),
  ].join('; ')
}

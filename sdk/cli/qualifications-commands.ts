import type { Command } from 'commander'
import { allPages } from './all-pages.js'
import { withActOptions, withDeskOptions, type ActChoice, type DeskChoice } from './act-options.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

/** `qualifications`: which there are, making one and deleting one. */
export function addQualificationsCommands(program: Command, { stdout }: CliStreams): void {
  const group = program.command('qualifications').description('List, make and delete the qualifications that people are granted.')

  withDeskOptions(group.command('list', { isDefault: true })).description('List the qualifications and how many have each.')
    .action((options: DeskChoice) => withDesks(options, async ({ people: desk }) => {
      const read = async (page: object) => {
        const { qualifications: rows, nextCursor } = await desk.qualifications(page)
        return { rows, nextCursor }
      }
      for await (const qualification of allPages(read, Infinity)) {
        const { id, name, workers, description } = qualification
        stdout.write(options.json ? `${JSON.stringify(qualification)}\n` : `${id}  ${String(workers).padStart(6)} workers  ${name}${description === null || description === '' ? '' : `: ${description}`}\n`)
      }
    }))

  withActOptions(group.command('create')).description('Make a qualification.').argument('<name>', 'what it is called, in requirements too')
    .option('--description <text>', 'what it says about a person')
    .action((name: string, options: ActChoice & { description?: string }) => withDesks(options, async ({ people: desk }) => {
      const made = await desk.makeQualification(terminalUser(), { requestId: options.requestId, name, description: options.description ?? null })
      stdout.write(options.json ? `${JSON.stringify(made)}\n` : `Made qualification "${made.name}" (${made.id}).\n`)
    }))

  withActOptions(group.command('delete')).description('Delete a qualification with its grants; their history stays.').argument('<qualification>', 'its name or id')
    .action((qualification: string, options: ActChoice) => withDesks(options, async ({ people: desk }) => {
      const gone = await desk.deleteQualification(terminalUser(), { requestId: options.requestId, qualification })
      stdout.write(options.json ? `${JSON.stringify(gone)}\n` : `Deleted qualification "${gone.name}", which ${String(gone.workers)} workers had.\n`)
    }))
}

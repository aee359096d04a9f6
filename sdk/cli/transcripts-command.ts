import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { given } from '../data-model/given.js'
import { MephistoError } from '../errors.js'
import type { TranscriptFilter } from '../protocol/data-requests.js'
import { exportJsonl } from '../review/exports/csv-and-jsonl.js'
import { leftOutText, REMOVED_HEADER } from '../review/exports/removed-data.js'
import { selectTranscripts } from '../review/exports/transcripts.js'
import { openDownload } from './app-client.js'
import { withBusyLine, type Tell } from './busy-line.js'
import { atPlace, type Place } from './desks.js'
import { told, whole } from './export-content.js'
import { withPlaceOptions, type PlaceChoice } from './place-choice.js'
import type { CliStreams } from './streams.js'
import { writeWholeFile } from './whole-file.js'

interface TranscriptsChoice extends PlaceChoice {
  readonly run?: string
  readonly task?: string
  readonly project?: string
  readonly out?: string
}

/** What is written. */
interface Written {
  readonly content: Readable
  /** Runs that are left out, because their data was removed. */
  readonly removed: number
}

/** `transcripts`: what was said while work was under way. */
export function addTranscriptsCommand(program: Command, { stdout, stderr }: CliStreams): void {
  withPlaceOptions(program.command('transcripts')).description('Write what was said while work was under way, as JSON Lines: in chats and other work together, and calls of procedures with what they gave.')
    .option('--run <id>', 'of this task run (see mephisto runs)').option('--task <name>', 'of this task, by name or id').option('--project <name>', 'of this project, by name or id')
    .option('--out <file>', 'write to this file instead of standard output')
    .action(async ({ run, task, project, out, ...choice }: TranscriptsChoice) => {
      const filter = given({ run, task, project })
      if (Object.keys(filter).length === 0) throw new MephistoError('invalid_options', 'Whose transcripts? Give --run, --task or --project.')
      return atPlace(choice, async place => {
        const removed = await withBusyLine(stderr, { text: 'exporting', isQuiet: out === undefined && stdout.isTTY === true }, async tell => {
          const { content, removed } = 'db' in place ? await fromDatabase(place, filter, tell) : await fromApp(place, filter, tell)
          if (out === undefined) await pipeline(content, stdout, { end: false })
          else await writeWholeFile(out, content)
          return removed
        })
        const leftOut = leftOutText(removed)
        if (leftOut !== null) stderr.write(`${leftOut}\n`)
        if (out !== undefined) stdout.write(`wrote ${out}\n`)
      })
    })
}

async function fromDatabase({ db }: Extract<Place, { readonly db: unknown }>, filter: TranscriptFilter, tell: Tell): Promise<Written> {
  const { pages, removed } = await selectTranscripts(db, filter)
  let rows = 0
  return { content: Readable.from(exportJsonl(told(pages, page => { tell(`${String(rows += page.length)} entries exported`) }))), removed: removed.size }
}

async function fromApp({ app, client }: Extract<Place, { readonly client: unknown }>, filter: Parameters<typeof client.transcriptsUrl>[0] & object, tell: Tell): Promise<Written> {
  const { body, headers } = await openDownload(app, client.transcriptsUrl(filter))
  let bytes = 0
  const pieces = told(body, piece => { tell(`${((bytes += piece.byteLength) / 1_000_000).toFixed(1)} MB exported`) })
  return { content: Readable.from(whole(app.url, pieces)), removed: Number(headers.get(REMOVED_HEADER) ?? 0) }
}

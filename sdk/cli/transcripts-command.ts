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
  readonly json?: true
}

/** What is written. */
interface Written {
  readonly content: Readable
  /** Runs that are left out, because their data was removed. */
  readonly removed: number
  /** How many entries were written so far. */
  entries(): number
}

/** `transcripts`: what was said while work was under way. */
export function addTranscriptsCommand(program: Command, { stdout, stderr }: CliStreams): void {
  withPlaceOptions(program.command('transcripts')).description('Write what was said while work was under way, as JSON Lines: in chats and other work together, and calls of procedures with what they gave.')
    .option('--run <id>', 'of this task run (see mephisto runs)').option('--task <name>', 'of this task, by name or id').option('--project <name>', 'of this project, by name or id')
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--json', 'with --out: what was written, as one JSON object')
    .action(async ({ run, task, project, out, json, ...choice }: TranscriptsChoice) => {
      const filter = given({ run, task, project })
      if (Object.keys(filter).length === 0) throw new MephistoError('invalid_options', 'Whose transcripts? Give --run, --task or --project.')
      if (json && out === undefined) throw new MephistoError('invalid_options', '--json says what was written to a file: name it with --out. Without a file the entries themselves are written, as JSON.')
      return atPlace(choice, async place => {
        const isQuiet = json === true || (out === undefined && stdout.isTTY === true)
        const { removed, entries } = await withBusyLine(stderr, { text: 'exporting', isQuiet }, async tell => {
          const written = 'db' in place ? await fromDatabase(place, filter, tell) : await fromApp(place, filter, tell)
          if (out === undefined) await pipeline(written.content, stdout, { end: false })
          else await writeWholeFile(out, written.content)
          return written
        })
        const leftOut = leftOutText(removed)
        if (leftOut !== null) stderr.write(`${leftOut}\n`)
        if (out !== undefined) stdout.write(json ? `${JSON.stringify({ files: [out], entries: entries(), runsWithoutData: removed })}\n` : `wrote ${out}: ${String(entries())} ${entries() === 1 ? 'entry' : 'entries'}\n`)
      })
    })
}

async function fromDatabase({ db }: Extract<Place, { readonly db: unknown }>, filter: TranscriptFilter, tell: Tell): Promise<Written> {
  const { pages, removed } = await selectTranscripts(db, filter)
  let entries = 0
  return { content: Readable.from(exportJsonl(told(pages, page => { tell(`${String(entries += page.length)} entries exported`) }))), removed: removed.size, entries: () => entries }
}

async function fromApp({ app, client }: Extract<Place, { readonly client: unknown }>, filter: Parameters<typeof client.transcriptsUrl>[0] & object, tell: Tell): Promise<Written> {
  const { body, headers } = await openDownload(app, client.transcriptsUrl(filter))
  let entries = 0
  const pieces = told(body, piece => {
    for (const byte of piece) if (byte === LINE_FEED) entries += 1
    tell(`${String(entries)} entries exported`)
  })
  return { content: Readable.from(whole(app.url, pieces)), removed: Number(headers.get(REMOVED_HEADER) ?? 0), entries: () => entries }
}

/** Each entry ends with one, and has none inside. */
const LINE_FEED = 10

import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { given } from '../data-model/given.js'
import { MephistoError } from '../errors.js'
import type { TranscriptFilter } from '../protocol/data-requests.js'
import { exportJsonl } from '../review/exports/csv-and-jsonl.js'
import { REMOVED_HEADER } from '../review/exports/removed-data.js'
import { selectTranscripts } from '../review/exports/transcripts.js'
import { openDownload } from './app-client.js'
import type { Tell } from './busy-line.js'
import { atPlace, type Place } from './desks.js'
import { withPlaceOptions, type PlaceChoice } from './place-choice.js'
import type { CliStreams } from './streams.js'
import { told, whole, writeExport, type Export, type OutChoice } from './written-export.js'

interface TranscriptsChoice extends PlaceChoice, OutChoice {
  readonly run?: string
  readonly task?: string
  readonly project?: string
}

/** `transcripts`: what was said while work was under way. */
export function addTranscriptsCommand(program: Command, streams: CliStreams): void {
  withPlaceOptions(program.command('transcripts')).description('Write what was said while work was under way, as JSON Lines: in chats and other work together, and calls of procedures with what they gave.')
    .option('--run <id>', 'of this task run (see mephisto runs)').option('--task <name>', 'of this task, by name or id').option('--project <name>', 'of this project, by name or id')
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--json', 'with --out: what was written, as one JSON object')
    .action(async ({ run, task, project, out, json, ...choice }: TranscriptsChoice) => {
      const filter = given({ run, task, project })
      if (Object.keys(filter).length === 0) throw new MephistoError('invalid_options', 'Whose transcripts? Give --run, --task or --project.')
      if (json && out === undefined) throw new MephistoError('invalid_options', '--json says what was written to a file: name it with --out. Without a file the entries themselves are written, as JSON.')
      return atPlace(choice, async place => {
        const { exported: entries, removed } = await writeExport(streams, { out, json }, tell => ('db' in place ? fromDatabase(place, filter, tell) : fromApp(place, filter, tell)))
        if (out !== undefined) streams.stdout.write(json ? `${JSON.stringify({ files: [out], entries, runsWithoutData: removed })}\n` : `wrote ${out}: ${String(entries)} ${entries === 1 ? 'entry' : 'entries'}\n`)
      })
    })
}

/** Entries are counted as they are written. */
async function fromDatabase({ db }: Extract<Place, { readonly db: unknown }>, filter: TranscriptFilter, tell: Tell): Promise<Export<number>> {
  const { pages, removed } = await selectTranscripts(db, filter)
  let entries = 0
  return { content: Readable.from(exportJsonl(told(pages, page => { tell(`${String(entries += page.length)} entries exported`) }))), removed: removed.size, finish: () => Promise.resolve(entries) }
}

async function fromApp({ app, client }: Extract<Place, { readonly client: unknown }>, filter: Parameters<typeof client.transcriptsUrl>[0] & object, tell: Tell): Promise<Export<number>> {
  const { body, headers } = await openDownload(app, client.transcriptsUrl(filter))
  let entries = 0
  const pieces = told(body, piece => {
    for (const byte of piece) if (byte === LINE_FEED) entries += 1
    tell(`${String(entries)} entries exported`)
  })
  return { content: Readable.from(whole(app.url, pieces)), removed: Number(headers.get(REMOVED_HEADER) ?? 0), finish: () => Promise.resolve(entries) }
}

/** Each entry ends with one, and has none inside. */
const LINE_FEED = 10

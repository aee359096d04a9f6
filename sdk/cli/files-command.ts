import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { bytesText } from '../data-model/file.js'
import { MephistoError } from '../errors.js'
import { diskFiles } from '../files/disk-files.js'
import { fileKey } from '../operations/files/file-keys.js'
import { requireRun } from '../operations/named-place.js'
import { openDownload } from './app-client.js'
import { withBusyLine } from './busy-line.js'
import { atPlace, type Place } from './desks.js'
import { withPlaceOptions, type PlaceChoice } from './place-choice.js'
import type { CliStreams } from './streams.js'
import { writeWholeFile } from './whole-file.js'

interface FilesChoice extends PlaceChoice {
  readonly run: string
  readonly out: string
  readonly store?: string
  readonly json?: true
}

/** A file of an answer, and how its content is had. */
interface FoundFile {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  open(): Promise<AsyncIterable<Uint8Array>>
}

/** `files`: the files of a run's answers, saved into a folder. */
export function addFilesCommand(program: Command, { stdout, stderr }: CliStreams): void {
  withPlaceOptions(program.command('files')).description('Save the files of the answers of a run into a folder. Those that are there already are left as they are, so it can be run again.')
    .requiredOption('--run <id>', 'the task run (see mephisto runs)').requiredOption('--out <folder>', 'where they are saved, each as <id>-<name>; answers name them by the id')
    .option('--store <folder>', 'with --db: the folder of diskFiles, where the app keeps them').option('--json', 'one JSON object')
    .action((options: FilesChoice) => atPlace(options, async place => {
      const report = { saved: 0, known: 0, bytes: 0 }
      await withBusyLine(stderr, { text: 'saving files', isQuiet: options.json === true }, async tell => {
        await mkdir(options.out, { recursive: true })
        for await (const file of filesOf(place, options)) {
          const isNew = await save(file, join(options.out, `${file.id}-${shortName(file.name)}`))
          report[isNew ? 'saved' : 'known'] += 1
          report.bytes += isNew ? file.bytes : 0
          tell(`${String(report.saved)} files saved, ${bytesText(report.bytes)}`)
        }
      })
      stdout.write(options.json ? `${JSON.stringify(report)}\n` : `Saved ${String(report.saved)} files, ${bytesText(report.bytes)}, to ${options.out}; ${String(report.known)} were there.\n`)
    }))
}

async function* filesOf(place: Place, { run, store: folder }: FilesChoice): AsyncGenerator<FoundFile> {
  if ('app' in place) {
    if (folder !== undefined) throw new MephistoError('invalid_options', 'An app knows where its files are; leave --store out.')
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: { files: readonly (Omit<FoundFile, 'open'> & { url: string })[]; nextCursor: string | null } = await place.client.data.runFiles.query({ run, ...(cursor === undefined ? {} : { cursor }) })
      // An app may be called by another address than its links have.
      yield* page.files.map(({ url, ...file }) => ({ ...file, open: async () => (await openDownload(place.app, `${place.app.url}${url.slice(url.lastIndexOf('files/'))}`)).body }))
      cursor = page.nextCursor
    }
    return
  }
  if (folder === undefined) throw new MephistoError('invalid_options', 'The database does not have the content of files: say with --store in which folder the app keeps them, or ask the app, with --url.')
  const store = diskFiles({ folder })
  const { id } = await requireRun(place.db, run)
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows: Awaited<ReturnType<typeof place.db.files.ofRun>> = await place.db.files.ofRun(id, { after, limit: 200 })
    yield* rows.map(row => ({
      ...row,
      async open() {
        const content = await store.get(fileKey(row, row.attempt))
        if (content === null) throw new MephistoError('not_found', `${folder} does not have the file ${row.id} ("${row.name}"). Check --store.`)
        return content
      },
    }))
    after = rows.at(-1)?.id
  }
}

/** False for one that is there, whole. @throws MephistoError `conflict` for content that is not what the answer names */
async function save(file: FoundFile, path: string): Promise<boolean> {
  const there = await stat(path).catch(() => null)
  if (there?.isFile() && there.size === file.bytes && await hashOf(createReadStream(path)) === file.sha256) return false
  const hash = createHash('sha256')
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const piece of await file.open()) {
      hash.update(piece)
      yield piece
    }
    if (hash.digest('hex') !== file.sha256) throw new MephistoError('conflict', `The content of file ${file.id} ("${file.name}") is not what its answer was given with: it was changed in the store.`)
  }
  await writeWholeFile(path, Readable.from(checked()))
  return true
}

/** File systems count bytes, and a name has 255 of them, with the id and what stands behind it while it is written. */
const LONGEST_NAME_BYTES = 160

function shortName(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME_BYTES) return name
  const ending = /\.[a-zA-Z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  // Half of a sign at the cut is left out.
  const start = Buffer.from(name).subarray(0, LONGEST_NAME_BYTES - ending.length).toString('utf8').replace(/\uFFFD+$/, '')
  return `${start}${ending}`
}

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of content) hash.update(piece)
  return hash.digest('hex')
}

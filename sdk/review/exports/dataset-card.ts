import type { TaskRun } from '../../data-model/entities.js'
import { UNIT_STATUSES, type UnitStatus } from '../../data-model/lifecycle.js'
import { formatMoney } from '../../data-model/money.js'
import { MephistoError } from '../../errors.js'
import type { ExportTally } from './export-tally.js'
import { leftOutText } from './removed-data.js'

/** What a dataset card tells. */
export interface CardFacts {
  /** All runs that the answers are of, in the order of their launches. */
  readonly runs: readonly CardRun[]
  /** How many runs would be in it, if their data had not been removed. */
  readonly removed: number
  /** The version that the rows are in; null for as they are stored. */
  readonly migratedTo: string | null
  /** Name of the file beside the card. */
  readonly file: string
  /** The licence as the Hugging Face Hub names it, such as `cc-by-4.0`; null when nobody said. */
  readonly license: string | null
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly tally: ExportTally
  /** Of ordinary work, as the answers of an export are; null where only a part of it was chosen. */
  readonly units: Readonly<Record<UnitStatus, number>> | null
}

/** What a dataset card tells of a run. */
export type CardRun = Pick<TaskRun, 'id' | 'taskName' | 'blueprintType' | 'schemaHash' | 'unitsPerAssignment' | 'payMinor' | 'currency' | 'createdAt'> & { readonly config: Pick<TaskRun['config'], 'title' | 'description'> }

/** How a card of ours is recognised, so that no other file is written over. */
export const CARD_MARK = '<!-- dataset card by mephisto-sdk -->'

/**
 * A dataset card: Markdown with the YAML front matter that the Hugging Face Hub reads. Says what was collected, how much,
 * when and for which pay; names no worker, reviewer or requester. Pure.
 * @throws MephistoError `invalid_input` for a licence that is no identifier
 */
export function datasetCard({ runs, removed, migratedTo, file, license, columns, tally, units }: CardFacts): string {
  const { answers, setAside, workers, firstAt, lastAt } = tally
  const rows = answers + setAside
  const distinct = (textOf: (run: CardRun) => string): string[] => [...new Set(runs.map(textOf))]
  const leftOut = leftOutText(removed)
  const title = distinct(run => run.config.title).join(', ') || 'No answers'
  const tasks = distinct(run => run.taskName)
  const toUnits = units === null ? tasks.length === 0 ? '' : ', a part of those' : ` to ${counted(UNIT_STATUSES.reduce((sum, status) => sum + units[status], 0), 'unit')}`
  return [
    '---', ...(license === null ? [] : [`license: ${checkedLicense(license)}`]), `pretty_name: ${JSON.stringify(title)}`,
    'size_categories:', `- ${sizeOf(rows)}`, 'tags:', '- human-annotation', 'configs:', '- config_name: default', `  data_files: ${JSON.stringify(file)}`, '---', CARD_MARK, '',
    `# ${oneLine(title)}`, '', ...distinct(run => run.config.description).flatMap(quoted),
    '## What is in it', '',
    `${counted(answers, 'answer')} by ${counted(workers.size, 'person', 'people')}${toUnits}${tasks.length === 0 ? '' : ` of the ${tasks.length === 1 ? 'task' : 'tasks'} ${tasks.map(code).join(', ')}`}${setAside === 0 ? '' : `, and ${String(setAside)} kept without counting`}. One row is one answer.`, '',
    ...leftOut === null ? [] : [leftOut, ''],
    ...units === null ? [] : ['| units | |', '|---|---|', ...UNIT_STATUSES.filter(status => units[status] > 0).map(status => `| ${status} | ${String(units[status])} |`), ''],
    '## How it was collected', '',
    ...(firstAt === null || lastAt === null ? ['- No answer has come yet.'] : [`- Answers from ${firstAt} to ${lastAt}.`]), '',
    ...runs.flatMap(run => [...collected(run, migratedTo), '']),
    '## Columns', '', '| column | type |', '|---|---|', ...columns.map(({ name, type }) => `| ${code(name)} | ${type} |`), '',
    '## Personal data', '',
    'This card names nobody. In the data, `worker` is a random name that stays the same for one person; `decidedBy` and `note` come from reviewers,',
    'and inputs and answers hold whatever was asked and written: look through them before you publish.', '',
    '## Licence', '', license === null ? 'None was named. Without one, nobody else may use the data.' : `\`${license}\``, '',
  ].join('\n')
}

/** How the answers of a run came about. */
function collected({ id, unitsPerAssignment, payMinor, currency, createdAt, blueprintType, schemaHash, taskName }: CardRun, migratedTo: string | null): string[] {
  const pay = payMinor === 0 ? 'nothing: the work was not paid by the unit' : `${formatMoney({ minor: payMinor, currency })} for each accepted unit`
  return [
    `Run \`${id}\` of the task ${code(taskName)}, blueprint ${code(blueprintType)}, version \`${migratedTo ?? schemaHash}\`${migratedTo === null ? '' : `, into which what was asked or answered under others was migrated (launched as \`${schemaHash}\`)`}.`, '',
    `- Every item was given to ${counted(unitsPerAssignment, 'person', 'people')}, each person answering an item at most once.`,
    `- Pay: ${pay}.`, `- Launched: ${new Date(createdAt).toISOString()}.`,
  ]
}

/** The licence, when it is written as one. @throws MephistoError `invalid_input` when it is none */
export function checkedLicense(license: string): string {
  if (/^[a-z\d][a-z\d.+-]{0,63}$/i.test(license)) return license
  throw new MephistoError('invalid_input', `"${license}" is no licence identifier; write one as the Hugging Face Hub does, such as cc-by-4.0, or "other".`)
}

/** The classes of the Hub. */
function sizeOf(rows: number): string {
  const limits: readonly (readonly [number, string])[] = [[1e3, 'n<1K'], [1e4, '1K<n<10K'], [1e5, '10K<n<100K'], [1e6, '100K<n<1M'], [1e7, '1M<n<10M'], [1e8, '10M<n<100M']]
  return limits.find(([limit]) => rows < limit)?.[1] ?? '100M<n<1B'
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}

/** Text as code, also in a table: no backtick ends it and no bar its cell. */
function code(text: string): string {
  return `\`${oneLine(text).replace(/`/g, "'").replace(/\|/g, '\\|')}\``
}

function quoted(text: string): string[] {
  return text === '' ? [] : [...text.split('\n').map(line => `> ${line}`), '']
}

import * as z from 'zod'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'

/** How any data is read. */
export interface DataOptions {
  /**
   * In which encoding the bytes are, by a name that `TextDecoder` knows, such as `utf-16le`, `windows-1252` or
   * `shift_jis`. A byte order mark is believed before this. @default 'utf-8'
   */
  readonly encoding?: string
  /** The file's name in errors. @default the path; none for text, bytes and streams */
  readonly name?: string
}

/** How CSV is read. */
export interface CsvOptions extends DataOptions {
  /** What stands between two fields, such as `;` or a tab. @default ',' */
  readonly delimiter?: string
  /** What stands around a field with delimiters, quotes (doubled) or line breaks in it; `false` reads quotes as plain characters. @default '"' */
  readonly quote?: string | false
}

/** How JSON is read. */
export interface JsonOptions extends DataOptions {
  /** Under which key of the object at the top the list of rows is. @default the list is at the top */
  readonly key?: string
}

const common = {
  encoding: z.string().refine(isEncoding, "is unknown; give a name such as 'utf-16le' or 'windows-1252'").exactOptional(),
  name: z.string().min(1).max(1_000).exactOptional(),
}
const noBreak = /^[^\r\n]*$/

export const dataOptions = z.strictObject(common)
export const jsonOptions = z.strictObject({ ...common, key: z.string().exactOptional() })
export const csvOptions = z.strictObject({
  ...common,
  delimiter: z.string().min(1).max(10).regex(noBreak, 'must not hold a line break').exactOptional(),
  quote: z.union([z.literal(false), z.string().length(1).regex(noBreak, 'must not be a line break')]).exactOptional(),
}).refine(({ delimiter = ',', quote = '"' }) => quote === false || !delimiter.includes(quote), { path: ['delimiter'], message: 'must not hold the quote' })

/** The options with their defaults. @throws MephistoError `invalid_input` naming the option */
export function checkedOptions<T>(reader: string, schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options)
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error.issues, '')
  throw new MephistoError('invalid_input', `${reader} options: ${describeProblems(problems)}`, { problems })
}

function isEncoding(name: string): boolean {
  try {
    new TextDecoder(name, { fatal: true })
    return true
  } catch {
    return false
  }
}

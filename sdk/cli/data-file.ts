import { extname } from 'node:path'
import { MephistoError } from '../errors.js'

/**
 * The rows of a data file, read as they are asked for in the way that its name ends. What cannot be read is told when it is.
 * @throws MephistoError `invalid_options` for another ending
 */
export async function dataFile(path: string): Promise<AsyncIterable<unknown>> {
  const { csvRows, jsonlRows, jsonRows } = await import('../data/index.js')
  switch (extname(path).toLowerCase()) {
    case '.csv': return csvRows(path)
    case '.json': return jsonRows(path)
    case '.jsonl': return jsonlRows(path)
    default: throw new MephistoError('invalid_options', `${path} is read by how its name ends: .csv, .json (a list of rows) or .jsonl (a row a line).`)
  }
}

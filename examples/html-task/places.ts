import { basename, dirname, join } from 'node:path'

// This file runs as it is written and bundled into `dist` beside it.
const here = import.meta.dirname
const exampleFolder = basename(here) === 'dist' ? dirname(here) : here

/** Where the database is kept unless `--data` says otherwise. */
export const defaultDataFolder = join(exampleFolder, 'data')
/** What people are asked about, a row for each item. */
export const rowsFile = join(exampleFolder, 'reviews.csv')

/** An HTML page of the task. */
export function pageFile(name: string): string {
  return join(exampleFolder, 'pages', name)
}

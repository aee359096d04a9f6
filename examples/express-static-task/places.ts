import { basename, dirname, join } from 'node:path'

// This file runs as it is written (in tests) and bundled into `dist` beside it (by `npm start`).
const here = import.meta.dirname
const exampleFolder = basename(here) === 'dist' ? dirname(here) : here

/** Where the database, the secret and the password are kept unless `--data` says otherwise. */
export const defaultDataFolder = join(exampleFolder, 'data')
/** The host's pages as they are sent. */
export const pagesFolder = join(exampleFolder, 'pages')
/** The bundled scripts and style sheets of the pages. */
export const assetsFolder = join(exampleFolder, 'dist', 'assets')

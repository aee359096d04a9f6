import { createHash } from 'node:crypto'
import * as z from 'zod'
import { takesFiles } from '../data-model/file-schema.js'
import type { AnyBlueprint } from './blueprint.js'
import { checkServer } from './check-server.js'
import { jsonSchema } from './json-schema.js'
import type { AnyBlueprintServer, BlueprintServer } from './server.js'
import type { ServedPages } from './served-pages.js'

/** A blueprint as the server knows it: with its schemas as JSON Schema and the hash that answers are pinned to. */
export interface BlueprintImplementation {
  readonly blueprint: AnyBlueprint
  /** JSON Schema (draft 2020-12) of the input, as text, fields in the author's order. */
  readonly inputSchema: string
  /** JSON Schema of the answer, as text, fields in the author's order. */
  readonly outputSchema: string
  /** First 16 hex digits of SHA-256 over the schemas with sorted keys, that of the args where there are some: changes when what is asked or answered changes. */
  readonly schemaHash: string
  readonly server: AnyBlueprintServer
  /** Whether files are handed in, with answers or at the onboarding: then the instance needs `files`. */
  readonly isWithFiles: boolean
  /** Pages that the mount serves. @default none: the host has a page of its own, its architect's `taskUrl` */
  readonly pages?: ServedPages
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}

/**
 * Attaches the server half to a blueprint, so that `createMephisto` can run it.
 * @throws MephistoError `invalid_options` when a schema cannot be written as JSON Schema, or for a function that is none
 */
export function implement<B extends AnyBlueprint, S = undefined>(blueprint: B, server: BlueprintServer<B, S> = {}): BlueprintImplementation {
  // Its types come back through the blueprint wherever it is used.
  const erased = server as unknown as AnyBlueprintServer
  checkServer(blueprint, erased)
  const [input, output] = [jsonSchema(blueprint, 'input', blueprint.input), jsonSchema(blueprint, 'output', blueprint.output)]
  const all = [input, output, ...(blueprint.args ? [jsonSchema(blueprint, 'args', blueprint.args)] : [])]
  const schemaHash = createHash('sha256').update(JSON.stringify(sorted(all))).digest('hex').slice(0, 16)
  const outputSchema = JSON.stringify(output)
  const isWithFiles = [blueprint.output, ...(blueprint.onboarding ? [blueprint.onboarding.output] : [])].some(schema => takesFiles(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))))
  return { blueprint, inputSchema: JSON.stringify(input), outputSchema, schemaHash, isWithFiles, server: erased }
}

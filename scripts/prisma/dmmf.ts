import { createRequire } from 'node:module'

/** The value of a default: a literal, or a function such as `now()`. */
export type DmmfDefault = string | number | boolean | { readonly name: string; readonly args: readonly unknown[] }

/** One field of a model; `kind` is `object` for a relation. */
export interface DmmfField {
  readonly name: string
  readonly dbName?: string
  readonly kind: 'scalar' | 'object' | 'enum' | 'unsupported'
  readonly type: string
  readonly nativeType?: readonly [name: string, args: readonly string[]] | null
  readonly isRequired: boolean
  readonly isList?: boolean
  readonly isId: boolean
  readonly hasDefaultValue: boolean
  readonly default?: DmmfDefault
  readonly relationFromFields?: readonly string[]
  readonly relationToFields?: readonly string[]
  readonly relationOnDelete?: string
  readonly relationOnUpdate?: string
}

/** One model; `dbName` is the table's name where it was mapped. */
export interface DmmfModel {
  readonly name: string
  readonly dbName: string | null
  readonly fields: readonly DmmfField[]
}

/** One index, primary keys included. */
export interface DmmfIndex {
  readonly model: string
  readonly type: 'id' | 'unique' | 'normal' | 'fulltext'
  readonly isDefinedOnField: boolean
  readonly dbName?: string
  readonly fields: readonly { readonly name: string; readonly sortOrder?: string }[]
}

/** What a Prisma schema says, as Prisma's own parser read it. */
export interface Datamodel {
  readonly models: readonly DmmfModel[]
  readonly indexes: readonly DmmfIndex[]
}

interface SchemaWasm {
  get_dmmf(parameters: string): string
}

/** Parses a whole Prisma schema. Throws Prisma's message when the schema is not valid. */
export function readDatamodel(schema: string): Datamodel {
  const wasm = createRequire(import.meta.url)('@prisma/prisma-schema-wasm') as SchemaWasm
  const parameters = JSON.stringify({ prismaSchema: [['schema.prisma', schema]], noColor: true })
  try {
    return (JSON.parse(wasm.get_dmmf(parameters)) as { datamodel: Datamodel }).datamodel
  } catch (error) {
    throw new Error(readableError(error), { cause: error })
  }
}

function readableError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  try {
    return (JSON.parse(text) as { message: string }).message
  } catch {
    return text
  }
}

import type { MephistoDb } from '../../ports/mephisto-db.js'
import { fieldsOfSchema, type SchemaField } from '../schema-fields.js'

/** The fields of answers to a blueprint, by the version that they were given under; each version is read once. */
export function answerFields(db: MephistoDb, blueprintType: string): (schemaHash: string) => Promise<readonly SchemaField[]> {
  const versions = new Map<string, readonly SchemaField[]>()
  return async schemaHash => {
    const known = versions.get(schemaHash) ?? fieldsOfSchema((await db.tasks.blueprintVersion(blueprintType, schemaHash))?.outputSchema ?? '{}')
    versions.set(schemaHash, known)
    return known
  }
}

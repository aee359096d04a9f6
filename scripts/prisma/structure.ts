import type { Dialect } from '../../prisma/dialect.js'
import type { Datamodel, DmmfDefault, DmmfField, DmmfIndex, DmmfModel } from './dmmf.js'

/** A column as one database writes it. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  /** The default as a literal of SQL. */
  readonly default?: string
}

/** An index that is not the primary key. */
export interface Index {
  readonly columns: readonly string[]
  readonly isUnique: boolean
}

/** A foreign key; the actions are SQL. */
export interface ForeignKey {
  readonly columns: readonly string[]
  /** The table that is referred to. */
  readonly table: string
  readonly references: readonly string[]
  readonly onDelete: string
  readonly onUpdate: string
}

/** A table; names are without the prefix. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly primaryKey: readonly string[]
  /** True when the model says `@id` at the field, not `@@id`: SQLite writes the key there too. */
  readonly isKeyAtColumn: boolean
  readonly indexes: readonly Index[]
  readonly foreignKeys: readonly ForeignKey[]
}

const PLAIN_TYPES: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  sqlite: { String: 'TEXT', Int: 'INTEGER', BigInt: 'BIGINT', Float: 'REAL', Boolean: 'BOOLEAN' },
  postgresql: { String: 'TEXT', Int: 'INTEGER', BigInt: 'BIGINT', Float: 'DOUBLE PRECISION', Boolean: 'BOOLEAN' },
  cockroachdb: { String: 'STRING', Int: 'INT4', BigInt: 'INT8', Float: 'FLOAT8', Boolean: 'BOOL' },
  mysql: { String: 'VARCHAR(191)', Int: 'INTEGER', BigInt: 'BIGINT', Float: 'DOUBLE', Boolean: 'BOOLEAN' },
  sqlserver: { String: 'NVARCHAR(1000)', Int: 'INT', BigInt: 'BIGINT', Float: 'FLOAT(53)', Boolean: 'BIT' },
}

/** Prisma's native types, `@db.Text` and so on, that the template uses. */
const NATIVE_TYPES: Readonly<Record<string, string>> = {
  Text: 'TEXT', LongText: 'LONGTEXT', String: 'STRING', VarChar: 'VARCHAR', NVarChar: 'NVARCHAR',
}

const ACTIONS: Readonly<Record<string, string>> = {
  Cascade: 'CASCADE', NoAction: 'NO ACTION', Restrict: 'RESTRICT', SetNull: 'SET NULL', SetDefault: 'SET DEFAULT',
}

/**
 * The tables that the models mean on one database, in the order of the models.
 * Throws on what the emitter does not know: enums, lists, made defaults, named or sorted indexes.
 *
 * @param datamodel of a template rendered without a prefix
 */
export function tablesOf(dialect: Dialect, datamodel: Datamodel): Table[] {
  return datamodel.models.map(model => tableOf(dialect, model, datamodel))
}

function tableOf(dialect: Dialect, model: DmmfModel, { models, indexes }: Datamodel): Table {
  const own = indexes.filter(index => index.model === model.name)
  const key = own.find(index => index.type === 'id')
  if (key === undefined) throw new Error(`${model.name} has no primary key`)
  return {
    name: nameOf(model),
    columns: model.fields.filter(field => field.kind !== 'object').map(field => columnOf(dialect, model, field)),
    primaryKey: columnsOf(model, key),
    isKeyAtColumn: key.isDefinedOnField,
    indexes: own.filter(index => index !== key).map(index => indexOf(model, index)),
    foreignKeys: model.fields.filter(field => (field.relationFromFields ?? []).length > 0).map(field => foreignKeyOf(model, field, models)),
  }
}

function columnOf(dialect: Dialect, model: DmmfModel, field: DmmfField): Column {
  const type = typeOf(dialect, field)
  if (field.kind !== 'scalar' || field.isList === true || type === undefined) {
    throw new Error(`${model.name}.${field.name}: a column of type ${field.type} is not supported`)
  }
  const column = { name: field.dbName ?? field.name, type, isRequired: field.isRequired }
  if (field.default === undefined) return column
  const literal = literalOf(dialect, field.type, field.default)
  if (literal === undefined) throw new Error(`${model.name}.${field.name}: this default is not supported`)
  return { ...column, default: literal }
}

function typeOf(dialect: Dialect, { type, nativeType }: DmmfField): string | undefined {
  if (nativeType === undefined || nativeType === null) return PLAIN_TYPES[dialect][type]
  const [native, args] = nativeType
  const name = NATIVE_TYPES[native]
  return name === undefined || args.length === 0 ? name : `${name}(${args.join(',').replace('Max', 'max')})`
}

/** A BigInt's default is a text too. Braces would look like the tokens of a migration. */
function literalOf(dialect: Dialect, type: string, value: DmmfDefault): string | undefined {
  if (type === 'String') return typeof value !== 'string' || /[{}]/.test(value) ? undefined : `'${value.replaceAll("'", "''")}'`
  if (typeof value === 'boolean' && dialect === 'sqlserver') return value ? '1' : '0'
  return typeof value === 'object' ? undefined : String(value)
}

function indexOf(model: DmmfModel, index: DmmfIndex): Index {
  if (index.type === 'fulltext' || index.dbName !== undefined || index.fields.some(field => field.sortOrder !== undefined)) {
    throw new Error(`${model.name}: full-text, named and sorted indexes are not supported`)
  }
  return { columns: columnsOf(model, index), isUnique: index.type === 'unique' }
}

function foreignKeyOf(model: DmmfModel, field: DmmfField, models: readonly DmmfModel[]): ForeignKey {
  const target = models.find(candidate => candidate.name === field.type)
  if (target === undefined) throw new Error(`${model.name}.${field.name}: no model ${field.type}`)
  return {
    columns: (field.relationFromFields ?? []).map(name => columnNameOf(model, name)),
    table: nameOf(target),
    references: (field.relationToFields ?? []).map(name => columnNameOf(target, name)),
    onDelete: action(field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull')),
    onUpdate: action(field.relationOnUpdate ?? 'Cascade'),
  }
}

const nameOf = (model: DmmfModel): string => model.dbName ?? model.name

const columnsOf = (model: DmmfModel, index: DmmfIndex): string[] => index.fields.map(field => columnNameOf(model, field.name))

function columnNameOf(model: DmmfModel, fieldName: string): string {
  const field = model.fields.find(candidate => candidate.name === fieldName)
  if (field === undefined) throw new Error(`${model.name} has no field ${fieldName}`)
  return field.dbName ?? field.name
}

function action(name: string): string {
  const sql = ACTIONS[name]
  if (sql === undefined) throw new Error(`Unknown referential action ${name}`)
  return sql
}

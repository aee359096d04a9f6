import type { Datamodel, DmmfDefault, DmmfField, DmmfIndex, DmmfModel } from './dmmf.js'

interface TableParts {
  readonly columns: readonly string[]
  readonly primaryKey: string | undefined
  readonly foreignKeys: readonly string[]
}

/** How one database writes its DDL. Another database is another entry of {@link DIALECTS}. */
interface Dialect {
  /** Longest name of a constraint or index, in characters. */
  readonly nameLimit: number
  /** Column types of Prisma's scalar types. */
  readonly types: Readonly<Record<string, string>>
  quote(name: string): string
  /** `CREATE TABLE` together with the constraints that belong inside it. */
  createTable(table: string, parts: TableParts): string
  /** True when foreign keys are written inside `CREATE TABLE`; otherwise they follow as `ALTER TABLE`. */
  readonly foreignKeysInline: boolean
  /** True when a key of one column is written at that column. */
  readonly primaryKeyAtColumn: boolean
}

const DIALECTS = {
  sqlite: {
    nameLimit: Number.POSITIVE_INFINITY,
    types: {
      String: 'TEXT', Int: 'INTEGER', BigInt: 'BIGINT', Float: 'REAL', Boolean: 'BOOLEAN', DateTime: 'DATETIME',
      Json: 'JSONB', Bytes: 'BLOB', Decimal: 'DECIMAL',
    },
    quote: name => `"${name}"`,
    createTable: (table, { columns, primaryKey, foreignKeys }) => {
      const key = primaryKey === undefined ? '' : `,\n\n    ${primaryKey}`
      const rest = foreignKeys.map(constraint => `,\n    ${constraint}`).join('')
      return `CREATE TABLE ${table} (\n    ${columns.join(',\n    ')}${key}${rest}\n)`
    },
    foreignKeysInline: true,
    primaryKeyAtColumn: true,
  },
} as const satisfies Record<string, Dialect>

/** The databases that DDL can be written for. */
export type DdlDialect = keyof typeof DIALECTS

const ACTIONS: Readonly<Record<string, string>> = {
  Cascade: 'CASCADE', NoAction: 'NO ACTION', Restrict: 'RESTRICT', SetNull: 'SET NULL', SetDefault: 'SET DEFAULT',
}

/**
 * The DDL that makes an empty database fit the models: single statements in the order and the form in which
 * `prisma migrate diff --from-empty --script` prints them, without semicolons, so that a later `migrate diff` sees no drift.
 * Throws on models that use something this emitter does not know (enums, lists, native types, sorted indexes).
 */
export function createStatements(name: DdlDialect, datamodel: Datamodel): string[] {
  const writer = new DdlWriter(DIALECTS[name], datamodel)
  return [
    ...datamodel.models.map(model => writer.table(model)),
    ...datamodel.models.flatMap(model => writer.indexes(model)),
    ...datamodel.models.flatMap(model => writer.laterForeignKeys(model)),
  ]
}

class DdlWriter {
  readonly #dialect: Dialect
  readonly #models: ReadonlyMap<string, DmmfModel>
  readonly #indexes: readonly DmmfIndex[]

  constructor(dialect: Dialect, datamodel: Datamodel) {
    this.#dialect = dialect
    this.#models = new Map(datamodel.models.map(model => [model.name, model]))
    this.#indexes = datamodel.indexes
  }

  table(model: DmmfModel): string {
    const primaryKey = this.#indexesOf(model).find(index => index.type === 'id')
    if (primaryKey === undefined) throw new Error(`${model.name} has no primary key`)
    const atColumn = this.#dialect.primaryKeyAtColumn && primaryKey.isDefinedOnField
    const columns = model.fields
      .filter(field => field.kind !== 'object')
      .map(field => this.#column(model, field, atColumn))
    const key = atColumn ? undefined : `PRIMARY KEY (${this.#list(columnsOf(model, primaryKey))})`
    const foreignKeys = this.#dialect.foreignKeysInline ? this.#foreignKeys(model) : []
    return this.#dialect.createTable(this.#table(model), { columns, primaryKey: key, foreignKeys })
  }

  indexes(model: DmmfModel): string[] {
    return this.#indexesOf(model).filter(index => index.type !== 'id').map(index => {
      if (index.type === 'fulltext' || index.fields.some(field => field.sortOrder !== undefined)) {
        throw new Error(`${model.name}: full-text and sorted indexes are not supported`)
      }
      const columns = columnsOf(model, index)
      const unique = index.type === 'unique'
      const name = index.dbName ?? this.#constraint(model, columns, unique ? 'key' : 'idx')
      const verb = unique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX'
      return `${verb} ${this.#dialect.quote(name)} ON ${this.#table(model)}(${this.#list(columns)})`
    })
  }

  laterForeignKeys(model: DmmfModel): string[] {
    if (this.#dialect.foreignKeysInline) return []
    return this.#foreignKeys(model).map(constraint => `ALTER TABLE ${this.#table(model)} ADD ${constraint}`)
  }

  #column(model: DmmfModel, field: DmmfField, keyAtColumn: boolean): string {
    const type = this.#dialect.types[field.type]
    if (field.kind !== 'scalar' || type === undefined || (field.nativeType ?? null) !== null) {
      throw new Error(`${model.name}.${field.name}: a column of type ${field.type} is not supported`)
    }
    return [
      this.#dialect.quote(field.dbName ?? field.name),
      type,
      ...(field.isRequired ? ['NOT NULL'] : []),
      ...(keyAtColumn && field.isId ? ['PRIMARY KEY'] : []),
      ...(field.default === undefined ? [] : [`DEFAULT ${literal(model, field, field.default)}`]),
    ].join(' ')
  }

  #foreignKeys(model: DmmfModel): string[] {
    return model.fields.filter(field => (field.relationFromFields ?? []).length > 0).map(field => {
      const target = this.#models.get(field.type)
      if (target === undefined) throw new Error(`${model.name}.${field.name}: no model ${field.type}`)
      const from = (field.relationFromFields ?? []).map(name => columnOf(model, name))
      const to = (field.relationToFields ?? []).map(name => columnOf(target, name))
      const name = this.#dialect.quote(this.#constraint(model, from, 'fkey'))
      const onDelete = action(field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull'))
      const onUpdate = action(field.relationOnUpdate ?? 'Cascade')
      return `CONSTRAINT ${name} FOREIGN KEY (${this.#list(from)}) REFERENCES ${this.#table(target)} (${this.#list(to)})`
        + ` ON DELETE ${onDelete} ON UPDATE ${onUpdate}`
    })
  }

  #indexesOf(model: DmmfModel): DmmfIndex[] {
    return this.#indexes.filter(index => index.model === model.name)
  }

  #table(model: DmmfModel): string {
    return this.#dialect.quote(tableOf(model))
  }

  #list(columns: readonly string[]): string {
    return columns.map(column => this.#dialect.quote(column)).join(', ')
  }

  #constraint(model: DmmfModel, columns: readonly string[], suffix: string): string {
    const base = [tableOf(model), ...columns].join('_')
    return `${base.slice(0, this.#dialect.nameLimit - suffix.length - 1)}_${suffix}`
  }
}

const tableOf = (model: DmmfModel): string => model.dbName ?? model.name

function columnOf(model: DmmfModel, fieldName: string): string {
  const field = model.fields.find(candidate => candidate.name === fieldName)
  if (field === undefined) throw new Error(`${model.name} has no field ${fieldName}`)
  return field.dbName ?? field.name
}

const columnsOf = (model: DmmfModel, index: DmmfIndex): string[] => index.fields.map(field => columnOf(model, field.name))

function action(name: string): string {
  const sql = ACTIONS[name]
  if (sql === undefined) throw new Error(`Unknown referential action ${name}`)
  return sql
}

function literal(model: DmmfModel, field: DmmfField, value: DmmfDefault): string {
  if (typeof value === 'object') throw new Error(`${model.name}.${field.name}: defaults made by a function are not supported`)
  return field.type === 'String' ? `'${String(value).replaceAll("'", "''")}'` : String(value)
}

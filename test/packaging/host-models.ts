/** A host's own Prisma schema: how many models it has, and what its datasource is. */
export interface HostSchema {
  readonly provider: 'sqlite' | 'postgresql' | 'mysql'
  readonly models: number
  /** @default 'prisma-client' */
  readonly generator?: 'prisma-client' | 'prisma-client-js'
  /** Where the client is generated, from the file. @default where `prisma-client-js` puts it: behind the package `@prisma/client` */
  readonly output?: string
  /** The schemas that the datasource lists; the host's models are in the first. */
  readonly schemas?: readonly string[]
}

/** Five models are called as ours would be without their prefix. */
const LIKE_OURS = ['Task', 'Worker', 'Project', 'Unit', 'Agent']

const modelNames = ({ models }: HostSchema): string[] => Array.from({ length: models }, (_, index) => LIKE_OURS[index] ?? `Record${String(index)}`)

/** The whole schema as one text: a generator, a datasource, and models of which each refers to the one before it. */
export function hostSchema(schema: HostSchema): string {
  const { provider, generator = 'prisma-client', output, schemas } = schema
  const blocks = [
    `generator client {\n  provider = "${generator}"\n${output === undefined ? '' : `  output   = "${output}"\n`}}`,
    `datasource db {\n  provider = "${provider}"\n${schemas === undefined ? '' : `  schemas = ${JSON.stringify(schemas)}\n`}}`,
    ...modelNames(schema).map((name, index, all) => modelText(name, { previous: all[index - 1], next: all[index + 1], schema: schemas?.[0] })),
  ]
  return `${blocks.join('\n\n')}\n`
}

function modelText(name: string, { previous, next, schema }: Readonly<Record<'previous' | 'next' | 'schema', string | undefined>>): string {
  const lines = [
    'id Int @id', 'title String', 'previousId Int?',
    ...(previous === undefined ? [] : [`previous ${previous}? @relation(fields: [previousId], references: [id])`]),
    ...(next === undefined ? [] : [`next ${next}[]`]),
    ...(schema === undefined ? [] : [`@@schema("${schema}")`]),
  ]
  return `model ${name} {\n${lines.map(line => `  ${line}\n`).join('')}}`
}

/** The tables of these models, in words that the databases share but for how names are quoted. */
export function hostTables(schema: HostSchema): string[] {
  const quote = schema.provider === 'mysql' ? '`' : '"'
  const quoted = (name: string): string => `${quote}${name}${quote}`
  return modelNames(schema).map((name, index, all) => {
    const previous = all[index - 1]
    const reference = previous === undefined ? '' : `, FOREIGN KEY (${quoted('previousId')}) REFERENCES ${quoted(previous)} (id)`
    return `CREATE TABLE ${quoted(name)} (id INTEGER PRIMARY KEY, title TEXT NOT NULL, ${quoted('previousId')} INTEGER${reference})`
  })
}

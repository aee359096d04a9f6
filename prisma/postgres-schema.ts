/** Where `postgresDb` and the command line keep the tables, unless they are told otherwise. */
const OWN_SCHEMA = 'mephisto'

/** The schema of the tables on PostgreSQL: the one that is asked for, else the one that a Prisma address names (`?schema=public`), else our own. */
export function postgresSchema(url: string, wanted?: string): string {
  return wanted ?? (URL.canParse(url) ? new URL(url).searchParams.get('schema') : null) ?? OWN_SCHEMA
}

/** Which page of a list a query asks for, as the database is asked. */
export function paging({ cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number }): { limit: number; after?: string } {
  return { limit, ...(cursor === undefined ? {} : { after: cursor }) }
}

/** Which page of a list a query asks for, as the database is asked. */
export function paging({ cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number }): { limit: number; after?: string } {
  return { limit, ...(cursor === undefined ? {} : { after: cursor }) }
}

/** When rows were made, as the database is asked; epoch ms. */
export function madeIn({ from, before }: { readonly from?: string | undefined; readonly before?: string | undefined }): { createdFrom: number | undefined; createdBefore: number | undefined } {
  return { createdFrom: from === undefined ? undefined : Date.parse(from), createdBefore: before === undefined ? undefined : Date.parse(before) }
}

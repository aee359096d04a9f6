/** Every row of a list, as many pages as it has, until `most` were read. */
export async function* allPages<T>(read: (page: { limit: number; cursor?: string }) => Promise<{ rows: readonly T[]; nextCursor: string | null }>, most: number): AsyncGenerator<T> {
  let left = most
  for (let cursor: string | null = ''; cursor !== null && left > 0;) {
    const page: { rows: readonly T[]; nextCursor: string | null } = await read({ limit: Math.min(left, PAGE), ...(cursor === '' ? {} : { cursor }) })
    yield* page.rows
    left -= page.rows.length
    cursor = page.nextCursor
  }
}

const PAGE = 100

/** One reply of a blueprint's own pages. */
export interface PageReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the browser says of a request for a page. */
export interface PageQuery {
  /** Path below the blueprint's own address `<mount>/pages/<type>/`; empty for that itself. */
  readonly path: string
  /** The query, with its question mark; empty for none. */
  readonly search: string
  /** The version that the browser has already, as `if-none-match` names it; null for none. */
  readonly known: string | null
}

/** The pages of a blueprint that brings its own: the mount serves them, and links to its runs lead there. */
export interface ServedPages {
  /** Names the version of the pages in answers: 1 to 64 letters, digits and `. + : - _`. */
  readonly build: string
  /** The reply for a path; null where there is nothing. */
  answer(request: PageQuery): PageReply | null
}

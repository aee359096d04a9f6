/** In the address of a download, instead of a run: its query says which answers are meant. */
export const ANY_EXPORT = 'answers'

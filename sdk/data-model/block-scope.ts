/** How far a block reaches. */
export const BLOCK_SCOPES = ['run', 'task', 'project', 'everywhere'] as const
/** See {@link BLOCK_SCOPES}. */
export type BlockScope = (typeof BLOCK_SCOPES)[number]

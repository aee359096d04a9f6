/** Stands for "in no project" in exports and file names, so no project may be called so. */
export const NO_PROJECT = 'NO_PROJECT'

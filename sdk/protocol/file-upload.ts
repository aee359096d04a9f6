/** Where files are, below the mount. */
export const FILES_PATH = 'files/'

/**
 * What tells about a file that is sent, written as `encodeURIComponent` does. The content itself is always
 * `application/octet-stream`: a body parser of the host would take other types for its own.
 */
export const FILE_HEADERS = { name: 'x-mephisto-file-name', mediaType: 'x-mephisto-media-type' } as const

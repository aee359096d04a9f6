export { diskFiles, type DiskFilesOptions } from './disk-files.js'
export type { ByteRange, FileStore, StoredContent } from '../ports/file-store.js'

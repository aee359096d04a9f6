import * as z from 'zod'
import { fileProblem, type FileLimits, type FileRef } from './file.js'

/** Marks files in JSON Schema. */
export const FILE_MARK = 'x-mephisto-file'

/**
 * Schema of a file in an answer: `z.object({ photo: fileSchema({ accept: ['image/*'], maxBytes: 5_000_000 }) })`. A page gets its value from
 * `upload` of the task session or of `useTask`; in an HTML task `<input type="file">` is one.
 */
export function fileSchema(limits: FileLimits = {}): z.ZodType<FileRef, FileRef> {
  const { maxBytes, accept = [] } = limits
  return z.object({
    $file: z.string().max(64), name: z.string().max(200), mediaType: z.string().max(200), bytes: z.int().min(0), sha256: z.string().max(64),
  }).superRefine((file, context) => {
    const message = fileProblem(file, limits)
    if (message !== null) context.addIssue({ code: 'custom', message })
  }).meta({ [FILE_MARK]: { ...(maxBytes === undefined ? {} : { maxBytes }), ...(accept.length === 0 ? {} : { accept }) } })
}

/** Whether a JSON Schema, as text, has a file somewhere. */
export function takesFiles(jsonSchema: string): boolean {
  return jsonSchema.includes(`"${FILE_MARK}"`)
}

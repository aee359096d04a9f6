import { S3Client } from '@aws-sdk/client-s3'
import type { FileOptions } from 'mephisto-sdk'
import { s3Files } from 'mephisto-sdk/s3'

const client = new S3Client({ region: 'eu-central-1', requestHandler: { requestTimeout: 60_000, throwOnRequestTimeout: true }, requestChecksumCalculation: 'WHEN_REQUIRED' })

export const files: FileOptions = { store: s3Files({ client, bucket: 'answers', prefix: 'mephisto' }), maxBytes: 100_000_000 }

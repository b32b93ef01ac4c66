export { requireTags } from './describe.ts'
export { S3Error, type S3ErrorCode } from './errors.ts'
export { createS3Flavour, type S3FlavourOptions } from './flavour.ts'
export { type KeptAttributes, keptAttributes } from './kept.ts'

export { createObsFlavour, type ObsFlavourOptions } from './flavour.ts'
export type { FindIssuedKey, IssuedKey } from './issued-keys.ts'
export { type ObsOperation, type PresignOptions, presign, presignQuery } from './presign.ts'

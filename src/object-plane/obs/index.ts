export { createObsFlavour, type ObsFlavourOptions } from './flavour.ts'
export { type ObsOperation, type PresignOptions, presign, presignQuery } from './presign.ts'

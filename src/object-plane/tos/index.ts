export { createTosFlavour, type TosFlavourOptions } from './flavour.ts'
export { type PresignOptions, presign } from './presign.ts'

export {
  type CosCredentials,
  type CosGrant,
  type CosIssuer,
  type CosMethod,
  type FindCosIssuer,
  type IsHeld,
  mint,
} from './credentials.ts'
export { type CosFlavourOptions, createCosFlavour } from './flavour.ts'
export {
  type CosHeaders,
  type SignedUrlOptions,
  signedForm,
  signedHeaders,
  signedUrl,
} from './presign.ts'

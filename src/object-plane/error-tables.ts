import { CoreError, type CoreErrorCode } from '../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../http/faults.ts'
import { PlaneError, type PlaneErrorCode } from './errors.ts'

/** An error as a cloud tells it. */
export interface VendorError {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What a cloud calls everything that can go wrong here. */
export interface ErrorTables<Told extends VendorError> {
  readonly plane: Readonly<Record<PlaneErrorCode, Told>>
  readonly core: Readonly<Record<CoreErrorCode, Told>>
  readonly faults: Readonly<Record<RequestFaultCode, Told>>
  /** Of a bug. */
  readonly internal: Told
}

/** What the cloud calls an error that a handler threw. */
export function vendorError<Told extends VendorError>(error: unknown, tables: ErrorTables<Told>): Told {
  if (error instanceof PlaneError) return tables.plane[error.code]
  if (error instanceof RequestFault) return tables.faults[error.code]
  return error instanceof CoreError ? tables.core[error.code] : tables.internal
}

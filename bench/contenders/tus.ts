import type { LoadRequest } from '../load/plan.ts'

/** An upload in one request: creation with upload, as both servers offer it. */
export const tusUpload = (size: number, more: Partial<LoadRequest> = {}): LoadRequest => ({
  ...{ method: 'POST', path: '/files/', fill: size, status: 201 },
  headers: {
    'tus-resumable': '1.0.0',
    'upload-length': size,
    'content-type': 'application/offset+octet-stream',
  },
  ...more,
})

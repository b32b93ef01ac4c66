import type { MediaFacts } from '../core/model/media.ts'

/**
 * Memory of both threads, READ_SIZE_MAX long. The main thread puts bytes at its begin before it tells the worker, and no others before
 * the worker asks: buffers that are sent instead stay until a collection of garbage, which does not know how much memory they take.
 */
export type Window = Uint8Array<SharedArrayBuffer>

/** What the main thread sends to a worker. A worker has one job at a time. Lengths are those of bytes in the window. */
export type ToWorker =
  | { readonly type: 'probe'; readonly job: number; readonly size: number; readonly headLength: number }
  | { readonly type: 'bytes'; readonly job: number; readonly length: number }
  /** Instead of bytes: they cannot be had, and the job is over as soon as the worker says so. */
  | { readonly type: 'failed'; readonly job: number }

/** What a worker sends to the main thread. It asks for one run of bytes at a time, and answers each job once. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'read'; readonly job: number; readonly start: number; readonly end: number }
  | { readonly type: 'facts'; readonly job: number; readonly facts: MediaFacts }
  | { readonly type: 'refused'; readonly job: number; readonly reason: string }

/** Bytes of a file's beginning that go with its job: of a small file no others are asked for. */
export const HEAD_SIZE = 64 * 1024

/** The longest run of bytes a worker may ask for. */
export const READ_SIZE_MAX = 1024 * 1024

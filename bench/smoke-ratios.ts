/** What `npm run bench -- smoke` asks of Stowage, each beside a floor in the same run. */
export interface Agreed {
  /** What is compared: answers a second or megabytes a second, Stowage's by the floor's; or processor time, the floor's by Stowage's. */
  readonly by: 'rate' | 'CPU'
  readonly floor: string
  /** At least so much. */
  readonly ratioMin: number
}

/** By what is done. The ratios stand a bit below what was measured: a change that falls below one made something slower. */
export const AGREED: Readonly<Record<string, Agreed>> = {
  '16 KiB, 64 connections': { by: 'CPU', floor: 'Node: SQLite, group commit', ratioMin: 0.12 },
  '16 KiB, 1 connection': { by: 'CPU', floor: 'Node: file, synced', ratioMin: 0.3 },
  '256 KiB, 64 connections': { by: 'CPU', floor: 'Node: file, synced', ratioMin: 0.15 },
  'whole, 1 connection': { by: 'CPU', floor: 'Node: two buffers, checked', ratioMin: 0.7 },
  'ranges of 64 KiB, 1 connection': { by: 'CPU', floor: 'Node: two buffers, checked', ratioMin: 0.13 },
  '1 × 1024 MiB form': { by: 'CPU', floor: 'Node: file, synced, MD5', ratioMin: 0.8 },
}

import { mp4Bombs } from './boxes.ts'
import { asfBombs, flvBombs, riffBombs } from './chunks.ts'
import { matroskaBombs } from './elements.ts'
import { frameBombs, streamBombs } from './frames.ts'

/** Files that are made to cost: huge sizes, depth, counts and loops of every format that is parsed, about `size` bytes each. */
export const mediaBombs = (size: number): Readonly<Record<string, Buffer>> => ({
  ...mp4Bombs(size),
  ...matroskaBombs(size),
  ...riffBombs(size),
  ...asfBombs(size),
  ...flvBombs(size),
  ...frameBombs(size),
  ...streamBombs(size),
})

import type { MediaOptions } from './config/media.ts'
import type { Pictures } from './core/ports/pictures.ts'
import type { Programs } from './core/ports/programs.ts'
import { createPictures } from './programs/index.ts'
import { coresOf } from './system.ts'

/** Makes pictures as configured, one at a time for each core. Null where none are made. */
export const picturesBy = (programs: Programs, { ffmpeg }: MediaOptions): Pictures | null =>
  ffmpeg === '' ? null : createPictures(programs, { ffmpeg, workers: coresOf() })

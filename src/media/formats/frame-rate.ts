/** No video has more frames per second. */
const FRAME_RATE_MAX = 1000

/** Frames per second, to three decimals. Null: the numbers give no possible rate. */
export function frameRateOf(frames: number, seconds: number): number | null {
  const rate = Math.round((frames / seconds) * 1000) / 1000
  return rate > 0 && rate <= FRAME_RATE_MAX ? rate : null
}

import { byFfmpeg, byPipe, changed, type MediaCase, picture, tone, words, X264 } from '../case.ts'

const SMALL = picture('176x144', 25, 4)
const SOUND = tone(48000, 4)
const AAC = '-c:a aac -ac 2'
const both = (name: string, args: string): MediaCase => byFfmpeg(name, SMALL, SOUND, X264, AAC, args)
const seen = (name: string, args: string, input = SMALL): MediaCase => byFfmpeg(name, input, args)
const x264 = (pixels: string): string => `-c:v libx264 -preset ultrafast -pix_fmt ${pixels}`

const RATES = ['1', '25/2', '24000/1001', '24', '50', '60000/1001', '120']
const FRAGMENTED: Readonly<Record<string, string>> = {
  each: 'frag_every_frame+empty_moov',
  dash: 'dash',
  cmaf: 'cmaf',
  base: 'frag_keyframe+empty_moov+default_base_moof',
  apart: 'frag_keyframe+empty_moov+separate_moof',
  'no-offset': 'frag_keyframe+empty_moov+omit_tfhd_offset',
  late: 'frag_keyframe+delay_moov',
  sidx: 'frag_keyframe+empty_moov+global_sidx',
}

/** Pictures of other shapes, rates and depths than most. */
const SHAPES: readonly MediaCase[] = [
  ...RATES.flatMap((rate) =>
    ['mp4', 'mkv', 'ts'].map((kind) =>
      seen(`odd-rate-${rate.replace('/', '-')}.${kind}`, X264.join(' '), picture('176x144', rate, 6)),
    ),
  ),
  ...['mp4', 'mov', 'mkv', 'ts', 'flv'].map((kind) =>
    seen(`odd-anamorphic.${kind}`, `-vf setsar=64/45 ${X264.join(' ')}`, picture('720x576', 25, 2)),
  ),
  ...['mpg', 'ts', 'mkv', 'mxf'].map((kind) =>
    seen(`odd-wide-mpeg2.${kind}`, '-vf setdar=16/9 -c:v mpeg2video', picture('720x576', 25, 2)),
  ),
  ...['mp4', 'mkv', 'ts'].flatMap((kind) => [
    seen(`odd-size.${kind}`, x264('yuv444p'), picture('175x143', 25, 3)),
    seen(`odd-cropped.${kind}`, x264('yuv420p'), picture('1918x1078', 25, 1)),
    seen(`odd-10-bit.${kind}`, x264('yuv420p10le')),
    seen(`odd-422.${kind}`, x264('yuv422p')),
    seen(`odd-grey.${kind}`, x264('gray')),
    seen(
      `odd-hevc-10-bit.${kind}`,
      '-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le',
    ),
  ]),
  ...[90, 180, 270].flatMap((angle) =>
    ['mp4', 'mov'].map((kind) =>
      byFfmpeg(`odd-turned-${angle}.${kind}`, SMALL, X264, ['-metadata:s:v:0', `rotate=${angle}`]),
    ),
  ),
  ...['mp4', 'mkv', 'ts', 'flv', 'avi'].flatMap((kind) => [
    seen(`odd-b-frames.${kind}`, '-c:v libx264 -preset veryfast -bf 3 -pix_fmt yuv420p'),
    byFfmpeg(
      `odd-variable-rate.${kind}`,
      SMALL,
      ['-vf', "select='lt(mod(n,10),7)'", '-vsync', 'vfr'],
      '-c:v libx264 -preset ultrafast -pix_fmt yuv420p',
    ),
  ]),
  seen('odd-large.mp4', X264.join(' '), picture('4096x2160', 25, 0.4)),
  seen('odd-small.mp4', X264.join(' '), picture('16x16', 25, 3)),
  seen('odd-av1.mp4', '-c:v libsvtav1 -preset 12', picture('256x144', 25, 2)),
  seen('odd-av1.mkv', '-c:v libsvtav1 -preset 12', picture('256x144', 25, 2)),
  seen('odd-av1.webm', '-c:v libsvtav1 -preset 12', picture('256x144', '30000/1001', 2)),
  seen('odd-vp9.mp4', '-c:v libvpx-vp9 -b:v 100k -deadline realtime -cpu-used 8'),
  seen('odd-vp9-444.webm', '-c:v libvpx-vp9 -pix_fmt yuv444p -b:v 100k -deadline realtime -cpu-used 8'),
]

/** Movies that are put together in other ways. */
const MOVIES: readonly MediaCase[] = [
  ...Object.entries(FRAGMENTED).map(([name, flags]) =>
    both(`odd-fragments-${name}.mp4`, `-g 25 -movflags ${flags}`),
  ),
  both('odd-fragments-timed.mov', '-g 12 -movflags empty_moov -frag_duration 700000'),
  both('odd-smooth.mp4', '-g 25 -f ismv'),
  both('odd-no-edits.mp4', '-use_editlist 0'),
  both('odd-negative-offsets.mp4', '-bf 2 -movflags negative_cts_offsets'),
  both('odd-late.mp4', '-output_ts_offset 3'),
  both('odd-time-code.mov', '-timecode 01:00:00:00'),
  both('odd-scale.mp4', '-video_track_timescale 30000'),
  byFfmpeg('odd-sound-late.mp4', SMALL, '-itsoffset 1.5', SOUND, X264, AAC),
  byFfmpeg('odd-sound-late.mkv', SMALL, '-itsoffset 1.5', SOUND, X264, AAC),
  byFfmpeg('odd-sound-short.mp4', picture('176x144', 25, 6), tone(48000, 2), X264, AAC),
  byFfmpeg('odd-sound-long.mov', picture('176x144', 25, 2), tone(48000, 6), X264, AAC),
  byFfmpeg('odd-two-sounds.mp4', SMALL, SOUND, tone(44100, 4), '-map 0 -map 1 -map 2', X264, '-c:a aac'),
  byFfmpeg('odd-two-sounds.mkv', SMALL, SOUND, tone(44100, 4), '-map 0 -map 1 -map 2', X264, '-c:a aac'),
  byFfmpeg('odd-two-sounds.avi', SMALL, SOUND, tone(44100, 4), '-map 0 -map 1 -map 2 -c:v mpeg4 -c:a mp2'),
  byFfmpeg('odd-two-sounds.ts', SMALL, SOUND, tone(44100, 4), '-map 0 -map 1 -map 2', X264, '-c:a aac'),
  both('odd-3g2.3gp', '-f 3g2'),
  both('odd-ipod.m4v', '-f ipod'),
  both('odd-chapters.m4v', '-f psp'),
  both('odd-index.flv', '-flvflags add_keyframe_index'),
  both('odd-no-length.flv', '-flvflags no_duration_filesize'),
  both('odd-index-in-front.mkv', '-cues_to_front 1'),
  both('odd-room.mkv', '-reserve_index_space 5000'),
  both('odd-no-sums.mkv', '-write_crc32 0'),
  byPipe(
    'odd-live-hevc.mkv',
    'matroska',
    SMALL,
    SOUND,
    '-c:v libx265 -preset ultrafast -x265-params log-level=none',
    AAC,
  ),
  byPipe('odd-live-sound.mka', 'matroska', SOUND, '-c:a libopus'),
  byPipe('odd-live-long-clusters.mkv', 'matroska', SMALL, X264, '-cluster_time_limit 3000'),
  byPipe('odd-piped.ts', 'mpegts', SMALL, SOUND, X264, AAC),
  byPipe('odd-piped-fragments.mp4', 'mp4', SMALL, SOUND, X264, AAC, '-movflags frag_keyframe+empty_moov'),
]

/** Streams and discs. */
const STREAMS: readonly MediaCase[] = [
  both('odd-wraps.ts', '-output_ts_offset 95441.5'),
  both('odd-late.ts', '-output_ts_offset 40000'),
  both('odd-packets-of-192.ts', '-mpegts_m2ts_mode 1'),
  byFfmpeg('odd-two-programs.ts', SMALL, SOUND, '-map 0 -map 1 -map 1', X264, '-c:a:0 aac -c:a:1 mp2', [
    '-program',
    'title=one:st=0:st=1',
    '-program',
    'title=two:st=2',
  ]),
  byFfmpeg(
    'odd-hevc-eac3.ts',
    SMALL,
    SOUND,
    '-c:v libx265 -preset ultrafast -x265-params log-level=none -c:a eac3 -ac 6',
  ),
  byFfmpeg(
    'odd-interlaced-mpeg2.ts',
    picture('720x576', 25, 2),
    SOUND,
    '-c:v mpeg2video -flags +ilme+ildct -c:a ac3 -ac 6',
  ),
  ...['vcd', 'svcd', 'dvd'].flatMap((target) =>
    ['pal', 'ntsc'].map((norm) =>
      byFfmpeg(
        `odd-${norm}-${target}.mpg`,
        picture('352x288', 25, 3),
        tone(44100, 3),
        `-target ${norm}-${target}`,
      ),
    ),
  ),
  byFfmpeg('odd-picture-alone.mpg', SMALL, '-c:v mpeg2video -f mpeg'),
  byFfmpeg('odd-avc.mpg', SMALL, SOUND, X264, '-c:a mp2 -f vob'),
  byFfmpeg('odd-sound-alone.mpg', SOUND, '-c:a mp2 -f mpeg'),
  byFfmpeg('odd-disc-51.vob', SMALL, SOUND, '-c:v mpeg2video -c:a ac3 -ac 6 -f vob'),
  changed('odd-cut.mpg', 'odd-pal-vcd.mpg', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6))),
  changed('odd-rubbish-in-front.mpg', 'odd-pal-dvd.mpg', (bytes) =>
    Buffer.concat([Buffer.alloc(777, 0x31), bytes]),
  ),
  byFfmpeg(
    'odd-hd.mxf',
    picture('1920x1080', 25, 1),
    SOUND,
    '-c:v mpeg2video -pix_fmt yuv422p -flags +ilme+ildct -b:v 50M -c:a pcm_s24le -t 1',
  ),
  byFfmpeg(
    'odd-dnxhd.mxf',
    picture('1920x1080', 25, 1),
    tone(48000, 1),
    '-c:v dnxhd -b:v 120M -pix_fmt yuv422p -c:a pcm_s16le',
  ),
  byFfmpeg(
    'odd-dv.mxf',
    picture('720x576', 25, 1),
    tone(48000, 1),
    '-c:v dvvideo -pix_fmt yuv420p -c:a pcm_s16le',
  ),
  byFfmpeg('odd-jpeg2000.mxf', picture('176x144', 24, 1), tone(48000, 1), '-c:v jpeg2000 -c:a pcm_s24le'),
  byFfmpeg('odd-many-sounds.mxf', SMALL, SOUND, SOUND, '-map 0 -map 1 -map 2 -c:v mpeg2video -c:a pcm_s16le'),
  byFfmpeg(
    'odd-ntsc.mxf',
    picture('720x480', '30000/1001', 2),
    tone(48000, 2),
    '-c:v mpeg2video -c:a pcm_s16le',
  ),
]

const AVI_MORE = [
  'utvideo',
  'ffvhuff',
  'zlib',
  'zmbv',
  'asv1',
  'snow -strict -2',
  'ljpeg -strict -2',
  'h263p',
  'msvideo1',
  'cljr -strict -2',
  'svq1',
  'rawvideo -pix_fmt yuv420p',
  'jpegls',
  'magicyuv',
  'libxvid',
]

export const ODD_PICTURES: readonly MediaCase[] = [
  ...SHAPES,
  ...MOVIES,
  ...STREAMS,
  ...AVI_MORE.map((codec) => byFfmpeg(`odd-${codec.split(' ')[0]}.avi`, SMALL, `-c:v ${codec}`)),
  byFfmpeg(
    'odd-dv.avi',
    picture('720x480', '30000/1001', 1),
    SOUND,
    '-c:v dvvideo -pix_fmt yuv411p -c:a pcm_s16le -t 1',
  ),
  byFfmpeg('odd-variable-mp3.avi', SMALL, tone(44100, 4), '-c:v mpeg4', words('-c:a libmp3lame -q:a 4')),
]

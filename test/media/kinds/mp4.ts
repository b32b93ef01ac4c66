import { byFfmpeg, type MediaCase, picture, tone, X264 } from '../case.ts'

const both = [picture('176x144', 25, 4), tone(44100, 4), X264, '-c:a aac -ac 2'] as const

/** Sound in MP4 and QuickTime. */
const MOV_AUDIO: readonly string[] = [
  ...[
    'aac',
    'libmp3lame',
    'alac',
    'ac3',
    'eac3',
    'pcm_s16le',
    'pcm_s16be',
    'pcm_s24be',
    'pcm_u8',
    'pcm_f32le',
  ],
  ...['pcm_alaw', 'pcm_mulaw', 'adpcm_ima_qt', 'adpcm_ms', 'adpcm_ima_wav', 'mp2', 'pcm_s8', 'pcm_s32le'],
]

export const MP4: readonly MediaCase[] = [
  ...['mp4', 'mov', 'm4v', 'f4v', '3gp', 'mkv', 'ts', 'flv'].map((kind) =>
    byFfmpeg(`avc-aac-plain.${kind}`, ...both),
  ),
  byFfmpeg('faststart.mp4', ...both, '-movflags +faststart'),
  byFfmpeg('fragments.mp4', ...both, '-movflags frag_keyframe+empty_moov -g 25'),
  ...MOV_AUDIO.map((codec) => byFfmpeg(`sound-${codec}.mov`, tone(44100, 4), `-ac 2 -c:a ${codec}`)),
  ...['aac', 'libmp3lame', 'ac3', 'eac3', 'alac', 'mp2'].map((codec) =>
    byFfmpeg(`sound-${codec}.mp4`, tone(44100, 4), `-ac 2 -c:a ${codec}`),
  ),
  ...['flac', 'libopus', 'libvorbis', 'dca'].map((codec) =>
    byFfmpeg(`sound-${codec}.mp4`, tone(48000, 4), `-ac 2 -c:a ${codec} -strict -2`),
  ),
  ...[1, 2, 6].map((channels) => byFfmpeg(`aac-${channels}.m4a`, tone(48000, 4), `-ac ${channels} -c:a aac`)),
  byFfmpeg('gsm.mov', tone(8000, 4), '-ac 1 -c:a libgsm'),
]

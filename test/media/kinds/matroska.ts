import { byFfmpeg, byPipe, type MediaCase, picture, tone, X264 } from '../case.ts'

/** Video codecs that Matroska has ids of its own for, and those that it takes from other containers. */
const VIDEO: Readonly<Record<string, string>> = {
  mpeg1: '-c:v mpeg1video',
  mpeg2: '-c:v mpeg2video',
  mpeg4: '-c:v mpeg4',
  xvid: '-c:v libxvid',
  msmpeg4v2: '-c:v msmpeg4v2',
  msmpeg4v3: '-c:v msmpeg4',
  wmv1: '-c:v wmv1',
  wmv2: '-c:v wmv2',
  h263p: '-c:v h263p',
  flv1: '-c:v flv',
  mjpeg: '-c:v mjpeg -pix_fmt yuvj420p',
  theora: '-c:v libtheora',
  prores: '-c:v prores',
  ffv1: '-c:v ffv1',
  huffyuv: '-c:v huffyuv',
  ffvhuff: '-c:v ffvhuff',
  utvideo: '-c:v utvideo',
  png: '-c:v png',
  raw: '-c:v rawvideo -pix_fmt yuv420p',
  snow: '-c:v snow -strict -2',
  cinepak: '-c:v cinepak',
  dnxhd: '-c:v dnxhd -profile:v dnxhr_sq -pix_fmt yuv422p',
  svq1: '-c:v svq1',
  qtrle: '-c:v qtrle',
  vp8: '-c:v libvpx -b:v 100k',
  vp9: '-c:v libvpx-vp9 -b:v 100k -deadline realtime -cpu-used 8',
}
const AUDIO: Readonly<Record<string, string>> = {
  ...{ aac: '-c:a aac', mp3: '-c:a libmp3lame', mp2: '-c:a mp2', ac3: '-c:a ac3', eac3: '-c:a eac3' },
  ...{
    flac: '-c:a flac',
    opus: '-c:a libopus',
    vorbis: '-c:a libvorbis',
    alac: '-c:a alac',
    tta: '-c:a tta',
  },
  ...{
    wavpack: '-c:a wavpack',
    dts: '-c:a dca -strict -2',
    truehd: '-c:a truehd -strict -2',
    mlp: '-c:a mlp -strict -2',
  },
  ...{ s16: '-c:a pcm_s16le', s24be: '-c:a pcm_s24be', f32: '-c:a pcm_f32le', u8: '-c:a pcm_u8' },
  ...{
    alaw: '-c:a pcm_alaw',
    ulaw: '-c:a pcm_mulaw',
    'adpcm-ms': '-c:a adpcm_ms',
    'adpcm-ima': '-c:a adpcm_ima_wav',
  },
  ...{ yamaha: '-c:a adpcm_yamaha', wmav1: '-c:a wmav1', wmav2: '-c:a wmav2' },
}

export const MATROSKA: readonly MediaCase[] = [
  ...Object.entries(VIDEO).map(([name, args]) =>
    byFfmpeg(`video-${name}.mkv`, picture(name === 'dnxhd' ? '256x144' : '176x144', 25, 3), args),
  ),
  byFfmpeg('video-h263.mkv', picture('176x144', '30000/1001', 3), '-c:v h263'),
  byFfmpeg('video-dv.mkv', picture('720x576', 25, 1), '-c:v dvvideo -pix_fmt yuv420p'),
  ...Object.entries(AUDIO).map(([name, args]) =>
    byFfmpeg(`audio-${name}.mkv`, tone(48000, 3), `-ac 2 ${args}`),
  ),
  byFfmpeg('audio-gsm.mkv', tone(8000, 3), '-ac 1 -c:a libgsm_ms'),
  byFfmpeg('audio-g722.mkv', tone(16000, 3), '-ac 1 -c:a g722'),
  byFfmpeg('audio-g726.mkv', tone(8000, 3), '-ac 1 -c:a g726'),
  byFfmpeg('audio-speex.mkv', tone(16000, 3), '-ac 1 -c:a libspeex'),
  ...[8000, 16000, 22050, 44100].map((rate) => byFfmpeg(`aac-${rate}.mka`, tone(rate, 3), '-ac 1 -c:a aac')),
  byFfmpeg('avc-aac.mkv', picture('176x144', '30000/1001', 4), tone(44100, 4), X264, '-ac 2 -c:a aac'),
  byFfmpeg(
    'vp8-vorbis.webm',
    picture('176x144', 25, 4),
    tone(44100, 4),
    '-c:v libvpx -b:v 100k -ac 2 -c:a libvorbis',
  ),
  byFfmpeg(
    'vp8-opus.webm',
    picture('176x144', 15, 4),
    tone(48000, 4),
    '-c:v libvpx -b:v 100k -ac 1 -c:a libopus',
  ),
  byPipe(
    'live.webm',
    'webm',
    picture('176x144', 15, 4),
    tone(48000, 4),
    '-c:v libvpx -b:v 100k -ac 1 -c:a libopus',
  ),
  byPipe('live-avc.mkv', 'matroska', picture('176x144', 15, 4), tone(48000, 4), X264, '-ac 1 -c:a aac'),
  byFfmpeg('opus-only.webm', tone(48000, 4), '-ac 2 -c:a libopus'),
]

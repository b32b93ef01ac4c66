import { byFfmpeg, byPipe, changed, type MediaCase, picture, tone, X264 } from '../case.ts'

const AVI_VIDEO: Readonly<Record<string, string>> = {
  ...{ mpeg4: '-c:v mpeg4', xvid: '-c:v libxvid', msmpeg4v2: '-c:v msmpeg4v2', msmpeg4v3: '-c:v msmpeg4' },
  ...{ wmv1: '-c:v wmv1', wmv2: '-c:v wmv2', mjpeg: '-c:v mjpeg -pix_fmt yuvj420p', h263p: '-c:v h263p' },
  ...{ mpeg1: '-c:v mpeg1video', mpeg2: '-c:v mpeg2video', huffyuv: '-c:v huffyuv', ffv1: '-c:v ffv1' },
  ...{ flv1: '-c:v flv', raw: '-c:v rawvideo -pix_fmt bgr24', cinepak: '-c:v cinepak', avc: X264.join(' ') },
  ...{
    divx: '-c:v mpeg4 -vtag DIVX',
    dx50: '-c:v mpeg4 -vtag DX50',
    vp8: '-c:v libvpx -b:v 100k',
    png: '-c:v png',
  },
}
const AVI_AUDIO: Readonly<Record<string, string>> = {
  ...{ mp3: '-c:a libmp3lame', mp2: '-c:a mp2', ac3: '-c:a ac3', aac: '-c:a aac', s16: '-c:a pcm_s16le' },
  ...{ u8: '-c:a pcm_u8', alaw: '-c:a pcm_alaw', ulaw: '-c:a pcm_mulaw', 'adpcm-ms': '-c:a adpcm_ms' },
  ...{
    'adpcm-ima': '-c:a adpcm_ima_wav',
    yamaha: '-c:a adpcm_yamaha',
    wmav2: '-c:a wmav2',
    flac: '-c:a flac',
  },
  ...{ dts: '-c:a dca -strict -2', eac3: '-c:a eac3' },
}
const ASF_VIDEO: Readonly<Record<string, string>> = {
  ...{
    wmv1: '-c:v wmv1',
    wmv2: '-c:v wmv2',
    msmpeg4v3: '-c:v msmpeg4',
    mpeg4: '-c:v mpeg4',
    avc: X264.join(' '),
  },
  ...{ mjpeg: '-c:v mjpeg -pix_fmt yuvj420p' },
}
const FLV_AUDIO: Readonly<Record<string, string>> = {
  ...{ aac: '-ar 44100 -c:a aac', mp3: '-ar 44100 -c:a libmp3lame', swf: '-ar 22050 -c:a adpcm_swf' },
  ...{
    nelly: '-ar 22050 -ac 1 -c:a nellymoser',
    alaw: '-ar 8000 -ac 1 -c:a pcm_alaw',
    speex: '-ar 16000 -ac 1 -c:a libspeex',
  },
  ...{ ulaw: '-ar 8000 -ac 1 -c:a pcm_mulaw', s16: '-ar 44100 -c:a pcm_s16le' },
}

export const AVI: readonly MediaCase[] = [
  ...Object.entries(AVI_VIDEO).map(([name, args]) =>
    byFfmpeg(`video-${name}.avi`, picture('176x144', 25, 3), args),
  ),
  ...Object.entries(AVI_AUDIO).map(([name, args]) =>
    byFfmpeg(`audio-${name}.avi`, picture('176x144', 25, 3), tone(44100, 3), `-c:v mpeg4 -ac 2 ${args}`),
  ),
  byFfmpeg('audio-gsm.avi', picture('176x144', 25, 3), tone(8000, 3), '-c:v mpeg4 -ac 1 -c:a libgsm_ms'),
  ...['30000/1001', '24000/1001', '10', '60'].map((rate) =>
    byFfmpeg(`rate-${rate.replace('/', '-')}.avi`, picture('176x144', rate, 3), '-c:v mpeg4'),
  ),
  byFfmpeg('sound-only.avi', tone(44100, 3), '-ac 2 -c:a libmp3lame'),
  byPipe('piped.avi', 'avi', picture('176x144', 25, 3), tone(44100, 3), '-c:v mpeg4 -ac 2 -c:a libmp3lame'),
  byPipe('piped-picture.avi', 'avi', picture('176x144', 25, 3), '-c:v mjpeg -pix_fmt yuvj420p'),
  byPipe(
    'piped-pcm.avi',
    'avi',
    picture('176x144', 25, 3),
    tone(44100, 3),
    '-c:v mpeg4 -ac 2 -c:a pcm_s16le',
  ),
  changed('bytes-behind.avi', 'audio-mp3.avi', (bytes) => Buffer.concat([bytes, Buffer.alloc(500, 0x20)])),
  changed('cut.avi', 'audio-mp3.avi', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.7))),
]

export const ASF: readonly MediaCase[] = [
  ...Object.entries(ASF_VIDEO).map(([name, args]) =>
    byFfmpeg(`video-${name}.wmv`, picture('176x144', 25, 4), args),
  ),
  ...['30000/1001', '15', '10', '60'].map((rate) =>
    byFfmpeg(
      `rate-${rate.replace('/', '-')}.wmv`,
      picture('176x144', rate, 4),
      tone(44100, 4),
      '-c:v wmv2 -ac 2 -c:a wmav2',
    ),
  ),
  ...['wmav1', 'wmav2', 'libmp3lame', 'aac', 'ac3', 'pcm_s16le', 'adpcm_ms', 'flac', 'mp2'].map((codec) =>
    byFfmpeg(`sound-${codec}.wma`, tone(44100, 4), `-ac 2 -c:a ${codec} -f asf`),
  ),
  ...[8000, 16000, 22050].map((rate) => byFfmpeg(`rate-${rate}.wma`, tone(rate, 4), '-ac 1 -c:a wmav2')),
  byFfmpeg('both.asf', picture('320x240', 25, 4), tone(44100, 4), '-c:v wmv2 -ac 2 -c:a wmav2'),
  byPipe('piped.asf', 'asf', picture('176x144', 25, 4), tone(44100, 4), '-c:v wmv2 -ac 2 -c:a wmav2'),
  changed('bytes-behind.asf', 'both.asf', (bytes) => Buffer.concat([bytes, Buffer.alloc(700, 0x2e)])),
  changed('cut.asf', 'both.asf', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.7))),
]

export const FLV: readonly MediaCase[] = [
  ...['flv', 'flashsv', 'flashsv2'].map((codec) =>
    byFfmpeg(`video-${codec}.flv`, picture('176x144', 25, 4), `-c:v ${codec}`),
  ),
  ...['30000/1001', '15', '60'].map((rate) =>
    byFfmpeg(`rate-${rate.replace('/', '-')}.flv`, picture('176x144', rate, 4), X264),
  ),
  ...Object.entries(FLV_AUDIO).map(([name, args]) => byFfmpeg(`sound-${name}.flv`, tone(44100, 4), args)),
  byFfmpeg('avc-aac.flv', picture('176x144', 25, 4), tone(44100, 4), X264, '-ac 2 -c:a aac'),
  byPipe('piped.flv', 'flv', picture('176x144', 25, 4), tone(44100, 4), X264, '-ac 2 -c:a aac'),
  changed('bytes-behind.flv', 'avc-aac.flv', (bytes) =>
    Buffer.concat([bytes, Buffer.from('end of file'.repeat(9))]),
  ),
  changed('many-bytes-behind.flv', 'avc-aac.flv', (bytes) =>
    Buffer.concat([bytes, Buffer.alloc(40_000, 0x41)]),
  ),
  changed('cut.flv', 'avc-aac.flv', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.7))),
]

/** Why ffprobe and we rightly differ: which files, which fact, and the reason. Every row has to be met. */
export interface KnownDifference {
  readonly files: RegExp
  readonly fact: RegExp
  readonly reason: string
}

export const KNOWN: readonly KnownDifference[] = [
  {
    files: /^(disc-pcm_s16be\.vob|sound-s302m\.ts)$/,
    fact: /audio codec/,
    reason: 'the sound is PCM of 16 bits; ffprobe names the packing of it',
  },
  {
    files: /^wav-odd-unpadded/,
    fact: /readable/,
    reason:
      'a chunk of odd length without its padding: the name of the next chunk shows where it is; ffprobe gives up',
  },
  {
    files: /^wav-two-id3\.wav$/,
    fact: /readable/,
    reason: 'all tags in front are skipped; ffprobe skips one',
  },
  {
    files: /^(wav-piped-adpcm|odd-piped-ima)\.wav$/,
    fact: /duration/,
    reason:
      'blocks of a known number of samples are counted; ffprobe believes bytes a second that the writer left wrong',
  },
  {
    files: /^wav-piped-g722\.wav$/,
    fact: /duration/,
    reason: 'G.722 has two samples in a byte; ffprobe believes bytes a second that are twice too many',
  },
  {
    files: /^opus-two-after-each-other\.ogg$/,
    fact: /duration/,
    reason: 'streams after each other are played after each other; ffprobe tells the last one alone',
  },
  {
    files: /^cut\.(asf|avi)$/,
    fact: /duration/,
    reason: 'of a file that is cut the head is told, and that it is cut; ffprobe estimates by the size',
  },
  {
    files: /^piped.*\.avi$/,
    fact: /duration/,
    reason: 'the frames are counted; ffprobe believes the length that the writer left open',
  },
  {
    files: /^sound-mp2\.mp4$/,
    fact: /audio codec/,
    reason:
      'the frames are those of layer II; ffprobe tells what the object type stands for, which is MPEG audio of any layer',
  },
  {
    files: /^video-qtrle\.mkv$/,
    fact: /readable/,
    reason: 'the file tells its facts; ffprobe stops at a colour depth that it does not know',
  },
  {
    files: /^odd-b-frames\.flv$/,
    fact: /duration/,
    reason: 'the frames last 4 seconds; ffprobe adds the time that frames wait to be put in order',
  },
  {
    files: /^odd-fragments-sidx\.mp4$/,
    fact: /frame rate/,
    reason: 'it was made with 25 frames a second; ffprobe tells 24.5',
  },
  {
    files: /^odd-with-cover\.wma$/,
    fact: /frame rate/,
    reason: 'one picture has no rate; ffprobe tells that of the clock',
  },
]

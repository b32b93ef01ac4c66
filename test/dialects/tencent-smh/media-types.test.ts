import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const AUDIO =
  'mp3 ogg spx opus wav wma ape flac aac ac3 eac3 mmf amr m4a m4r wv mp2 mka au caf aif aiff aifc dts awb'
const VIDEO = 'mp4 ts mov mxf mpg flv wmv avi m4v f4v mpeg 3gp asf mkv webm vob m2ts mts ogv 3g2 rm rmvb'

test('files of all kinds of sound and pictures have their type and their Content-Type', async () => {
  for (const [fileType, extensions] of Object.entries({ audio: AUDIO, video: VIDEO })) {
    for (const extension of extensions.split(' ')) {
      const told = await rig.upload(`kind.${extension}`, Buffer.from('x'))
      assert.equal(told.fileType, fileType, extension)
      assert.match(String(told.contentType), /^(audio|video|application)\/(?!octet-stream)/, extension)
    }
  }
  shows('tencent-smh', 'fileType, contentType of sound and pictures')
})

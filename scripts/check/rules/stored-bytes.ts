import type { Rule } from '../project.ts'

/** Bytes that clients stored are asked for so. */
const READS = /\b#?(?:objects?|trees)\.read\(/

/** Who may read them outside the core. `serveObject` alone gives them to clients, so that they run nowhere. */
const READERS: Readonly<Record<string, string>> = {
  'src/http/serve-object.ts': 'the one way out',
  'src/object-plane/operations/get.ts': 'slows down what it hands to serveObject',
  'src/object-plane/operations/copy-bytes.ts': 'copies to another object, or to a part',
  'src/dialects/iflytek-ost/background/audio.ts': 'for a program of the operator',
  'src/dialects/tencent-smh/calls/pictures.ts': 'for the program that makes pictures, whose JPEG goes out',
  'src/dialects/tencent-smh/model/fingerprints.ts': 'computes hashes',
  'src/dialects/s3/storage/copies.ts': 'copies to a part of an upload',
  'src/dialects/huawei-vod/background/picture-runner.ts': 'for the program that makes pictures',
  'src/dialects/huawei-vod/background/stored-source.ts': 'copies to another asset',
}

/** Stored bytes reach clients by `serveObject` alone. */
export const storedBytes: Rule = (sources) =>
  sources
    .filter(({ path, isTest }) => /^src\/(http|object-plane|dialects)\//.test(path) && !isTest)
    .filter(({ path, text }) => READS.test(text) && READERS[path] === undefined)
    .map(({ path }) => `${path}: reads stored bytes; they go out by serveObject in src/http/serve-object.ts`)

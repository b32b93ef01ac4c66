import { dirname, join } from 'node:path'
import type { DocumentRule } from '../documents.ts'

/** A path from the project's root, wherever it stands. Its last character is none of a sentence. */
const PATH = /(?<![\w./-])(?:src|test|docs|scripts|bench|attack|prove|demo|deploy)\/[\w./*-]*[\w/*]/g
/** What a link leads to, but for its place within a page. */
const LINK = /\]\(([^)#\s]+)/g

/** A changelog tells of what was there, and the skeleton's README of the dialect that is made from it. */
const OF_OTHER_TIMES: readonly string[] = ['CHANGELOG.md', 'test/fifth-dialect/dialect/README.md']

/** Paths and links that documents name lead to something. `NAME` in a path is any name. */
export const docPaths: DocumentRule = (documents, files) =>
  documents
    .filter(({ path }) => !OF_OTHER_TIMES.includes(path))
    .flatMap(({ path, text }) => {
      const paths = [...text.matchAll(PATH)].map(([found]) => found)
      const links = [...text.matchAll(LINK)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
      const missing = [
        ...paths.filter((each) => !files.has(each.replaceAll('NAME', '*'))),
        ...links.filter((target) => !files.has(join(dirname(path), target))),
      ]
      return [...new Set(missing)].map((each) => `${path}: ${each} is not there`)
    })

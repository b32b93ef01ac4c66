import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLIENTS_FOLDER, cached, command, filesIn, lacks, type Toolchain } from './toolchain.ts'

/** Programs are compiled by Maven with the packages of pom.xml. */
export const java: Toolchain = {
  missing: async () =>
    (await lacks('javac', '--release', '17', '--version')) || (await lacks('mvn', '--version')),
  versions: () => {
    const required = readFileSync(join(CLIENTS_FOLDER, 'java/pom.xml'), 'utf8').matchAll(
      /<dependency>\s*<groupId>.*<\/groupId>\s*<artifactId>(.*)<\/artifactId>\s*<version>(.*)<\/version>/g,
    )
    return new Map([...required].map(([, name = '', version = '']) => [name, version]))
  },
  prepare: async () => {
    const folder = await cached('java', filesIn('java'), (at) => {
      const goals = ['compile', 'dependency:copy-dependencies', `-DoutputDirectory=${join(at, 'packages')}`]
      return command('mvn', ['-q', '-B', '-f', 'java/pom.xml', `-Dbuild.folder=${at}`, ...goals])
    })
    const classes = [join(folder, 'classes'), join(folder, 'packages', '*')].join(':')
    return (program) => ({ file: 'java', args: ['-cp', classes, program], env: {} })
  },
}

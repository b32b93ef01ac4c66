import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLIENTS_FOLDER, cached, command, lacks, type Toolchain } from './toolchain.ts'

const REQUIREMENTS = 'python/requirements.txt'

/** Programs run in an environment of their own, with the packages of requirements.txt and no others. */
export const python: Toolchain = {
  missing: async () => (await lacks('python3', '-c', 'import ensurepip, venv')) && 'needs python3 with venv',
  versions: () => {
    const lines = readFileSync(join(CLIENTS_FOLDER, REQUIREMENTS), 'utf8').matchAll(/^([\w-]+)==(.+)$/gm)
    return new Map([...lines].map(([, name = '', version = '']) => [name, version]))
  },
  prepare: async () => {
    const folder = await cached('python', [REQUIREMENTS], async (at) => {
      await command('python3', ['-m', 'venv', at])
      const quietly = ['--quiet', '--disable-pip-version-check']
      await command(join(at, 'bin/pip'), ['install', ...quietly, '--no-deps', '-r', REQUIREMENTS])
    })
    return (program) => ({
      file: join(folder, 'bin/python'),
      args: [join(CLIENTS_FOLDER, 'python', `${program}.py`)],
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    })
  },
}

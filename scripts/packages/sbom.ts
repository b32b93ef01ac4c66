import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Bom, runtimeBom, settledBom } from './bom.ts'

// What a server runs: the packages of the lock file without those for development, as CycloneDX, on standard output.

const root = `${import.meta.dirname}/../..`
const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only']
const bom = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })) as Bom
const { name } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { readonly name: string }
console.log(JSON.stringify(settledBom(runtimeBom(bom), name), null, 2))

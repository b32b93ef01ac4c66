import type { Language } from '../clients.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { python } from './python.ts'
import type { Toolchain } from './toolchain.ts'

export const TOOLCHAINS: Readonly<Record<Language, Toolchain>> = { Python: python, Go: go, Java: java }

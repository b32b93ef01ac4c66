import { dialectContract } from '../contracts/dialect.ts'
import { drivers } from './drivers.ts'

for (const driver of drivers) dialectContract(driver)

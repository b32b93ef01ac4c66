import { racesOverServer } from './races.ts'

racesOverServer(90, 36)

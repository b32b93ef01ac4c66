import { racesOverServer } from './races.ts'

racesOverServer(36, 18)

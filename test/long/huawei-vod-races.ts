import { racesOverServer } from '../dialects/huawei-vod/races.ts'

racesOverServer(1000, 250)

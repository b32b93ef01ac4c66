import { describeS3 } from '../support/s3.ts'
import { fsckContract } from './contract.ts'
import { embeddedPlace, sharedPlace } from './place.ts'

fsckContract('SQLite and disk', embeddedPlace)
describeS3('PostgreSQL and S3', () => fsckContract('PostgreSQL and S3', sharedPlace))

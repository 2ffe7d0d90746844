import { Global, Module } from '@nestjs/common';
import { AccessDirectory } from './access-directory.js';

/** The rights of the tenants, for API and worker. */
@Global()
@Module({ providers: [AccessDirectory], exports: [AccessDirectory] })
export class AccessModule {}

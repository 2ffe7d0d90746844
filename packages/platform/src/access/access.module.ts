import { Global, Module } from '@nestjs/common';
import { AccessDirectory } from './access-directory.js';

/** Provides the tenants' rights to the API and the worker. */
@Global()
@Module({ providers: [AccessDirectory], exports: [AccessDirectory] })
export class AccessModule {}

import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AccessDirectory } from './access-directory.js';
import { BuiltInRoles, type ObjectRights } from './built-in-roles.js';

/** Provides the tenants' rights to the API and the worker. */
@Global()
@Module({})
export class AccessModule {
  /** @param objects every described object: the built-in roles follow from them */
  static forRoot(objects: ObjectRights[]): DynamicModule {
    return {
      module: AccessModule,
      providers: [AccessDirectory, { provide: BuiltInRoles, useValue: new BuiltInRoles(objects) }],
      exports: [AccessDirectory, BuiltInRoles],
    };
  }
}

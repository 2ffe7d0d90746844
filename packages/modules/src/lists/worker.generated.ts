// Made by scripts/generate.mjs from the module folders: do not edit.
import type { Type } from '@nestjs/common';
import { AccessWorkerModule } from '../access/worker/access.worker-module.js';
import { ActivitiesWorkerModule } from '../activities/worker/activities.worker-module.js';
import { AuditWorkerModule } from '../audit/worker/audit.worker-module.js';
import { BulkWorkerModule } from '../bulk/worker/bulk.worker-module.js';
import { CustomFieldsWorkerModule } from '../custom-fields/worker/custom-fields.worker-module.js';
import { CustomObjectsWorkerModule } from '../custom-objects/worker/custom-objects.worker-module.js';
import { DuplicatesWorkerModule } from '../duplicates/worker/duplicates.worker-module.js';
import { ExportsWorkerModule } from '../exports/worker/exports.worker-module.js';
import { FieldSecurityWorkerModule } from '../field-security/worker/field-security.worker-module.js';
import { FilesWorkerModule } from '../files/worker/files.worker-module.js';
import { IdentityWorkerModule } from '../identity/worker/identity.worker-module.js';
import { ImportsWorkerModule } from '../imports/worker/imports.worker-module.js';
import { InstallationKeysWorkerModule } from '../installation-keys/worker/installation-keys.worker-module.js';
import { MovesWorkerModule } from '../moves/worker/moves.worker-module.js';
import { NotificationsWorkerModule } from '../notifications/worker/notifications.worker-module.js';
import { OpportunitiesWorkerModule } from '../opportunities/worker/opportunities.worker-module.js';
import { SearchWorkerModule } from '../search/worker/search.worker-module.js';
import { TenancyWorkerModule } from '../tenancy/worker/tenancy.worker-module.js';
import { UndoWorkerModule } from '../undo/worker/undo.worker-module.js';

/** Job handlers and event consumers: the worker only. */
export const workerModules: Type<unknown>[] = [
  AccessWorkerModule,
  ActivitiesWorkerModule,
  AuditWorkerModule,
  BulkWorkerModule,
  CustomFieldsWorkerModule,
  CustomObjectsWorkerModule,
  DuplicatesWorkerModule,
  ExportsWorkerModule,
  FieldSecurityWorkerModule,
  FilesWorkerModule,
  IdentityWorkerModule,
  ImportsWorkerModule,
  InstallationKeysWorkerModule,
  MovesWorkerModule,
  NotificationsWorkerModule,
  OpportunitiesWorkerModule,
  SearchWorkerModule,
  TenancyWorkerModule,
  UndoWorkerModule,
];

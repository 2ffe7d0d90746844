// Made by scripts/generate.mjs from the module folders: do not edit.
import type { Type } from '@nestjs/common';
import { AccessHttpModule } from '../access/http/access.http-module.js';
import { ActivitiesHttpModule } from '../activities/http/activities.http-module.js';
import { ApiKeysHttpModule } from '../api-keys/http/api-keys.http-module.js';
import { AssignmentHttpModule } from '../assignment/http/assignment.http-module.js';
import { AuditHttpModule } from '../audit/http/audit.http-module.js';
import { BulkHttpModule } from '../bulk/http/bulk.http-module.js';
import { CommentsHttpModule } from '../comments/http/comments.http-module.js';
import { ContactsHttpModule } from '../contacts/http/contacts.http-module.js';
import { CustomFieldsHttpModule } from '../custom-fields/http/custom-fields.http-module.js';
import { CustomObjectsHttpModule } from '../custom-objects/http/custom-objects.http-module.js';
import { DeadLettersHttpModule } from '../dead-letters/http/dead-letters.http-module.js';
import { DuplicatesHttpModule } from '../duplicates/http/duplicates.http-module.js';
import { ExplainHttpModule } from '../explain/http/explain.http-module.js';
import { ExportsHttpModule } from '../exports/http/exports.http-module.js';
import { FieldSecurityHttpModule } from '../field-security/http/field-security.http-module.js';
import { FilesHttpModule } from '../files/http/files.http-module.js';
import { GoalsHttpModule } from '../goals/http/goals.http-module.js';
import { IdentityHttpModule } from '../identity/http/identity.http-module.js';
import { ImportsHttpModule } from '../imports/http/imports.http-module.js';
import { LayoutsHttpModule } from '../layouts/http/layouts.http-module.js';
import { LeadsHttpModule } from '../leads/http/leads.http-module.js';
import { LiveHttpModule } from '../live/http/live.http-module.js';
import { MovesHttpModule } from '../moves/http/moves.http-module.js';
import { NotificationsHttpModule } from '../notifications/http/notifications.http-module.js';
import { OpportunitiesHttpModule } from '../opportunities/http/opportunities.http-module.js';
import { SearchHttpModule } from '../search/http/search.http-module.js';
import { TemplatesHttpModule } from '../templates/http/templates.http-module.js';
import { TenancyHttpModule } from '../tenancy/http/tenancy.http-module.js';
import { UndeliveredHttpModule } from '../undelivered/http/undelivered.http-module.js';
import { UndoHttpModule } from '../undo/http/undo.http-module.js';
import { ViewsHttpModule } from '../views/http/views.http-module.js';

/** Controllers: the API only. */
export const httpModules: Type<unknown>[] = [
  AccessHttpModule,
  ActivitiesHttpModule,
  ApiKeysHttpModule,
  AssignmentHttpModule,
  AuditHttpModule,
  BulkHttpModule,
  CommentsHttpModule,
  ContactsHttpModule,
  CustomFieldsHttpModule,
  CustomObjectsHttpModule,
  DeadLettersHttpModule,
  DuplicatesHttpModule,
  ExplainHttpModule,
  ExportsHttpModule,
  FieldSecurityHttpModule,
  FilesHttpModule,
  GoalsHttpModule,
  IdentityHttpModule,
  ImportsHttpModule,
  LayoutsHttpModule,
  LeadsHttpModule,
  LiveHttpModule,
  MovesHttpModule,
  NotificationsHttpModule,
  OpportunitiesHttpModule,
  SearchHttpModule,
  TemplatesHttpModule,
  TenancyHttpModule,
  UndeliveredHttpModule,
  UndoHttpModule,
  ViewsHttpModule,
];

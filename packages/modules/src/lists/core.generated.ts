// Made by scripts/generate.mjs from the module folders: do not edit.
import type { Type } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ActivitiesModule } from '../activities/activities.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AssignmentModule } from '../assignment/assignment.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BulkModule } from '../bulk/bulk.module.js';
import { CommentsModule } from '../comments/comments.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module.js';
import { CustomObjectsModule } from '../custom-objects/custom-objects.module.js';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { DuplicatesModule } from '../duplicates/duplicates.module.js';
import { ExplainModule } from '../explain/explain.module.js';
import { ExportsModule } from '../exports/exports.module.js';
import { FieldSecurityModule } from '../field-security/field-security.module.js';
import { FilesModule } from '../files/files.module.js';
import { GoalsModule } from '../goals/goals.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { ImportsModule } from '../imports/imports.module.js';
import { LayoutsModule } from '../layouts/layouts.module.js';
import { LeadsModule } from '../leads/leads.module.js';
import { LegalEntitiesModule } from '../legal-entities/legal-entities.module.js';
import { MembersModule } from '../members/members.module.js';
import { MovesModule } from '../moves/moves.module.js';
import { NotesModule } from '../notes/notes.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OpportunitiesModule } from '../opportunities/opportunities.module.js';
import { PipelinesModule } from '../pipelines/pipelines.module.js';
import { ProductsModule } from '../products/products.module.js';
import { SearchModule } from '../search/search.module.js';
import { SequencesModule } from '../sequences/sequences.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { UndeliveredModule } from '../undelivered/undelivered.module.js';
import { UndoModule } from '../undo/undo.module.js';
import { ViewsModule } from '../views/views.module.js';

/** Modules of API and worker. */
export const coreModules: Type<unknown>[] = [
  AccessModule,
  AccountsModule,
  ActivitiesModule,
  ApiKeysModule,
  AssignmentModule,
  AuditModule,
  BulkModule,
  CommentsModule,
  ContactsModule,
  CustomFieldsModule,
  CustomObjectsModule,
  DeadLettersModule,
  DuplicatesModule,
  ExplainModule,
  ExportsModule,
  FieldSecurityModule,
  FilesModule,
  GoalsModule,
  IdentityModule,
  ImportsModule,
  LayoutsModule,
  LeadsModule,
  LegalEntitiesModule,
  MembersModule,
  MovesModule,
  NotesModule,
  NotificationsModule,
  OpportunitiesModule,
  PipelinesModule,
  ProductsModule,
  SearchModule,
  SequencesModule,
  TagsModule,
  TeamsModule,
  TemplatesModule,
  TenancyModule,
  UndeliveredModule,
  UndoModule,
  ViewsModule,
];

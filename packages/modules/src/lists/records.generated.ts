// Made by scripts/generate.mjs from the module folders: do not edit.
import type { RecordDescriptor } from '@pellucid/platform/records';
import { accountRecord } from '../accounts/accounts.record.js';
import { taskRecord, callRecord, meetingRecord, emailLogRecord } from '../activities/activities.record.js';
import { commentRecord } from '../comments/comments.record.js';
import { contactRecord } from '../contacts/contacts.record.js';
import { fileRecord } from '../files/files.record.js';
import { goalRecord } from '../goals/goals.record.js';
import { leadRecord } from '../leads/leads.record.js';
import { legalEntityRecord } from '../legal-entities/legal-entities.record.js';
import { memberRecord } from '../members/members.record.js';
import { noteRecord } from '../notes/notes.record.js';
import { opportunityRecord } from '../opportunities/opportunities.record.js';
import { pipelineRecord } from '../pipelines/pipelines.record.js';
import { stageRecord } from '../pipelines/stages.record.js';
import { productRecord } from '../products/products.record.js';
import { sequenceRecord, sequenceRunRecord } from '../sequences/sequences.record.js';
import { tagRecord } from '../tags/tags.record.js';
import { teamRecord } from '../teams/teams.record.js';

/** Every described object. */
export const recordDescriptors: RecordDescriptor[] = [
  accountRecord,
  taskRecord,
  callRecord,
  meetingRecord,
  emailLogRecord,
  commentRecord,
  contactRecord,
  fileRecord,
  goalRecord,
  leadRecord,
  legalEntityRecord,
  memberRecord,
  noteRecord,
  opportunityRecord,
  pipelineRecord,
  stageRecord,
  productRecord,
  sequenceRecord,
  sequenceRunRecord,
  tagRecord,
  teamRecord,
];

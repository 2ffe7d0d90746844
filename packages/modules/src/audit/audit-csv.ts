import { csvLines } from '@pellucid/platform/csv';
import type { AuditEntry } from './audit-log.service.js';

const HEADER = [
  'at',
  'action',
  'object',
  'recordId',
  'record',
  'field',
  'before',
  'after',
  'actorKind',
  'actorId',
  'actor',
  'causeKind',
  'causeId',
  'correlationId',
  'ip',
  'userAgent',
  'eventId',
];

/** Returns the header line of an export. */
export const auditHeader = (): string => csvLines([HEADER]);

/** Returns lines of an export: one for each changed field, and one for an event without changed fields. */
export function auditLines(entries: AuditEntry[]): string {
  return csvLines(entries.flatMap(rowsOf));
}

function rowsOf(entry: AuditEntry): string[][] {
  const head = [entry.at, entry.verb, entry.object, entry.record.id, entry.record.name ?? ''];
  const tail = [
    entry.actor.kind,
    entry.actor.id ?? '',
    entry.actor.name ?? '',
    entry.cause.kind,
    entry.cause.id ?? '',
    entry.correlationId,
    entry.origin?.ip ?? '',
    entry.origin?.userAgent ?? '',
    entry.id,
  ];
  const changes = Object.entries(entry.changes);
  if (changes.length === 0) return [[...head, '', '', '', ...tail]];
  return changes.map(([field, { before, after }]) => [
    ...head,
    field,
    textOf(before),
    textOf(after),
    ...tail,
  ]);
}

/** Formats a value for people: references by name, several values separated by semicolons. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  if (typeof value !== 'object') return String(value);
  if ('name' in value && 'id' in value) return String(value.name || value.id);
  return JSON.stringify(value);
}

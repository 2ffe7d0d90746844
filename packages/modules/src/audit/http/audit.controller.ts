import { Controller, Inject, StreamableFile } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { unprocessable } from '@pellucid/platform/errors';
import {
  answerStream,
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
} from '@pellucid/platform/http';
import { RecordErasure, RecordRegistry } from '@pellucid/platform/records';
import { auditHeader, auditLines } from '../audit-csv.js';
import { type AuditEntry, AuditLogService } from '../audit-log.service.js';
import { SealsRepository } from '../sealing/seals.repository.js';
import {
  auditExportQuery,
  auditListSchema,
  auditQuery,
  erasureBody,
  erasureSchema,
  sealStateSchema,
} from './audit.schemas.js';

const tag = 'Audit';
const access = { system: 'viewAudit' };
/** Maximum number of unsealed events that is counted. */
const COUNT_CAP = 10_000;

/** Endpoints of the audit log, the state of its seals, and the erasure of personal data. */
@Controller()
export class AuditController {
  constructor(
    @Inject(AuditLogService) private readonly log: AuditLogService,
    @Inject(SealsRepository) private readonly seals: SealsRepository,
    @Inject(RecordErasure) private readonly erasure: RecordErasure,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/audit',
    summary: 'List events, newest first',
    description:
      "Record changes and security events. Leaves out records outside the caller's scope, and masks or hides fields as everywhere.",
    tag,
    operationId: 'listAudit',
    access,
    query: auditQuery,
    responses: { 200: auditListSchema },
  })
  list(@Input() { query: { limit, cursor, ...filter } }: ParsedInput) {
    return this.log.list(filter, limit, cursor);
  }

  @Endpoint({
    method: 'get',
    path: '/audit/export',
    summary: 'Export events as CSV or newline-delimited JSON',
    description:
      'Takes the same filters as the list and returns all matching events. CSV has one line per changed field. The export is recorded as a security event.',
    tag,
    operationId: 'exportAudit',
    access,
    query: auditExportQuery,
    responses: { 200: 'text/csv' },
  })
  async export(@Input() { query }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { format: given, ...filter } = query;
    const isJson = given ? given === 'ndjson' : /ndjson|jsonl/.test(exchange.request.headers.accept ?? '');
    const pages = await this.log.export(filter, isJson ? 'ndjson' : 'csv');
    const day = new Date().toISOString().slice(0, 10);
    return new StreamableFile(answerStream(textOf(pages, isJson ? ndjson : csv), this.directory, access), {
      type: isJson ? 'application/x-ndjson; charset=utf-8' : 'text/csv; charset=utf-8',
      disposition: `attachment; filename="audit-${day}.${isJson ? 'ndjson' : 'csv'}"`,
    });
  }

  @Endpoint({
    method: 'get',
    path: '/audit/seal',
    summary: 'Get how far the log is sealed',
    description: 'Seals cover the log in the background. `npm run audit:verify` checks them on the server.',
    tag,
    operationId: 'getAuditSeal',
    access,
    responses: { 200: sealStateSchema },
  })
  async seal() {
    const { last, unsealed } = await this.seals.state(COUNT_CAP + 1);
    return {
      sealedUpTo: last?.eventAt ?? null,
      sealedAt: last?.sealedAt ?? null,
      seals: last?.number ?? 0,
      keyId: last?.keyId ?? null,
      unsealed: { value: Math.min(unsealed, COUNT_CAP), capped: unsealed > COUNT_CAP },
    };
  }

  @Endpoint({
    method: 'post',
    path: '/audit/erasures',
    summary: 'Erase personal data from a record and its history',
    description:
      "Empties the personal fields of the record and destroys the key of their values in the log. They can never be read again, and the seals stay valid. This can't be undone. The caller also needs the right to delete the record.",
    tag,
    operationId: 'erasePersonalData',
    // A right of its own: people who manage users and roles should not therefore be able to destroy customers' history.
    access: { system: 'erasePersonalData' },
    body: erasureBody,
    responses: { 200: erasureSchema },
    sample: (world) => ({
      body: { object: 'contact', id: world['contact'], reason: 'asked for by the person' },
    }),
  })
  async erase(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    if (!this.registry.has(body.object, await this.directory.current()))
      throw unprocessable([
        {
          pointer: '/object',
          code: 'unknownObject',
          message: `There is no object "${body.object}". Use a key from GET /objects.`,
        },
      ]);
    return this.erasure.erase(body.object, body.id, body.reason, exchange.idempotency);
  }
}

interface Writing {
  head: string;
  lines(entries: AuditEntry[]): string;
}

const csv: Writing = { head: auditHeader(), lines: auditLines };
const ndjson: Writing = {
  head: '',
  lines: (entries) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
};

/** Formats pages as text. */
async function* textOf(
  pages: AsyncGenerator<AuditEntry[]>,
  { head, lines }: Writing,
): AsyncGenerator<string> {
  if (head) yield head;
  for await (const entries of pages) yield lines(entries);
}

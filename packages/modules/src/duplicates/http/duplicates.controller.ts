import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  listAnswer,
  type ParsedInput,
} from '@pellucid/platform/http';
import { bulkJobSchema } from '@pellucid/platform/records';
import { DuplicateSearches } from '../jobs/duplicate-searches.js';
import { PairsService } from '../pairs/pairs.service.js';
import { listQuery, pairSchema, pairsSchema } from './duplicates.schemas.js';

const common = { tag: 'Duplicates', access: 'authenticated' } as const;
const sample = (world: Record<string, string>) => ({ params: { id: world['duplicatePair']! } });

/** Endpoints of duplicates that were found in existing data. */
@Controller()
export class DuplicatesController {
  constructor(
    @Inject(PairsService) private readonly pairs: PairsService,
    @Inject(DuplicateSearches) private readonly searches: DuplicateSearches,
  ) {}

  @Endpoint({
    ...common,
    method: 'get',
    path: '/duplicates',
    operationId: 'listDuplicates',
    summary: 'List pairs of records that may be the same, latest first',
    description:
      'Contains pairs whose records the caller may read, if they see in clear what a rule compares. A new or changed record takes part some moments later.',
    query: listQuery,
    responses: { 200: pairsSchema },
    sample: () => ({ query: { object: 'contact' } }),
  })
  async list(@Input() { query }: ParsedInput) {
    const { data, nextCursor } = await this.pairs.list(query);
    return listAnswer(data, nextCursor);
  }

  @Endpoint({
    ...common,
    method: 'get',
    path: '/duplicates/{id}',
    operationId: 'getDuplicate',
    summary: 'Get a pair of records that may be the same',
    params: idParams,
    responses: { 200: pairSchema },
    sample,
  })
  get(@Input() { params }: ParsedInput) {
    return this.pairs.get(params.id);
  }

  @Endpoint({
    ...common,
    method: 'post',
    path: '/duplicates/{id}/dismiss',
    operationId: 'dismissDuplicate',
    summary: 'Remember that two records are no duplicates',
    description:
      'The pair is not found again, and changes of the two records are not warned about it. Requires the right to change both records.',
    params: idParams,
    responses: { 200: pairSchema },
    sample,
  })
  dismiss(@Input() { params }: ParsedInput, @Exchange() { idempotency }: HttpExchange) {
    return this.pairs.setDismissed(params.id, true, idempotency);
  }

  @Endpoint({
    ...common,
    method: 'post',
    path: '/duplicates/{id}/reopen',
    operationId: 'reopenDuplicate',
    summary: 'Take back that two records are no duplicates',
    params: idParams,
    responses: { 200: pairSchema },
    sample,
  })
  reopen(@Input() { params }: ParsedInput, @Exchange() { idempotency }: HttpExchange) {
    return this.pairs.setDismissed(params.id, false, idempotency);
  }

  @Endpoint({
    tag: 'Duplicates',
    method: 'post',
    path: '/duplicates/find',
    operationId: 'findDuplicates',
    summary: 'Find duplicates in all existing records',
    description:
      'A bulk job: follow it at `/bulk-jobs/{id}`. It also prepares records for rules that are new. 409 while one is open.',
    access: { system: 'manageFields' },
    idempotent: false,
    status: 202,
    responses: { 202: bulkJobSchema },
    sample: () => ({}),
  })
  find() {
    return this.searches.request();
  }
}

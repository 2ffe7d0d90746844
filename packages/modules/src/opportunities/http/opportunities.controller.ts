import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  type EndpointSpec,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
  type SampleWorld,
} from '@pellucid/platform/http';
import { recordSchemas } from '@pellucid/platform/records';
import { opportunityRecord } from '../opportunities.record.js';
import { OpportunitiesService } from '../opportunities.service.js';
import { OpportunityLinesService } from '../opportunity-lines.service.js';
import {
  linesBody,
  linesSchema,
  loseBody,
  moveBody,
  reopenBody,
  stageHistorySchema,
  totalsQuery,
  totalsSchema,
  winBody,
} from './opportunities.schemas.js';

const sample = (body?: (w: SampleWorld) => unknown) => (w: SampleWorld) => ({
  params: { id: w['opportunity']! },
  ...(body ? { body: body(w) } : {}),
});

type Given = Pick<EndpointSpec, 'operationId' | 'summary'> & Partial<EndpointSpec>;
const verb = (key: string, given: Given) =>
  Endpoint({
    method: 'post',
    path: `/opportunities/{id}/${key}`,
    tag: 'Opportunities',
    access: { object: 'opportunity', action: key },
    params: idParams,
    conditional: true,
    responses: { 200: recordSchemas(opportunityRecord).record },
    ...given,
  });

/** Endpoints for actions on deals other than changing fields. */
@Controller()
export class OpportunitiesController {
  constructor(
    @Inject(OpportunitiesService) private readonly deals: OpportunitiesService,
    @Inject(OpportunityLinesService) private readonly lines: OpportunityLinesService,
  ) {}

  @verb('move', {
    operationId: 'moveOpportunity',
    summary: 'Move an opportunity to another open stage',
    body: moveBody,
    sample: sample((w) => ({ stage: w['stage'] })),
  })
  async move(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.deals.move(params.id, body.stage, exchange));
  }

  @verb('win', {
    operationId: 'winOpportunity',
    summary: 'Win an opportunity',
    body: winBody,
    sample: sample(() => ({})),
  })
  async win(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.deals.win(params.id, body, exchange));
  }

  @verb('lose', {
    operationId: 'loseOpportunity',
    summary: 'Lose an opportunity',
    body: loseBody,
    sample: sample(() => ({ reason: 'Price' })),
  })
  async lose(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.deals.lose(params.id, body, exchange));
  }

  @verb('reopen', {
    operationId: 'reopenOpportunity',
    summary: 'Reopen a won or lost opportunity',
    body: reopenBody,
    sample: sample(() => ({})),
  })
  async reopen(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.deals.reopen(params.id, body.stage, exchange));
  }

  @Endpoint({
    method: 'get',
    path: '/opportunities/{id}/stage-history',
    operationId: 'stageHistoryOpportunity',
    summary: 'List the stages an opportunity has been in, oldest first',
    tag: 'Opportunities',
    access: { object: 'opportunity', action: 'read' },
    params: idParams,
    responses: { 200: stageHistorySchema },
    sample: sample(),
  })
  history(@Input() { params }: ParsedInput) {
    return this.deals.stageHistory(params.id);
  }

  @Endpoint({
    method: 'get',
    path: '/opportunities/{id}/lines',
    operationId: 'listOpportunityLines',
    summary: 'List the product lines of an opportunity',
    tag: 'Opportunities',
    access: { object: 'opportunity', action: 'read' },
    params: idParams,
    responses: { 200: linesSchema },
    sample: sample(),
  })
  getLines(@Input() { params }: ParsedInput) {
    return this.lines.list(params.id);
  }

  @Endpoint({
    method: 'put',
    path: '/opportunities/{id}/lines',
    operationId: 'replaceOpportunityLines',
    summary: 'Replace the product lines of an opportunity',
    description:
      "If every line has a price, their total becomes the opportunity's amount, unless the amount was set to something other than the previous total.",
    tag: 'Opportunities',
    access: { object: 'opportunity', action: 'update' },
    params: idParams,
    conditional: true,
    body: linesBody,
    responses: { 200: linesSchema },
    sample: sample((w) => ({ lines: [{ product: w['product'] }] })),
  })
  putLines(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.lines.replace(params.id, body.lines, exchange);
  }

  @Endpoint({
    method: 'get',
    path: '/pipelines/{id}/totals',
    operationId: 'totalsOfPipeline',
    summary: 'Get the number and total of opportunities in each stage of a pipeline',
    tag: 'Pipelines',
    access: { object: 'opportunity', action: 'read' },
    params: idParams,
    query: totalsQuery,
    responses: { 200: totalsSchema },
    sample: (w) => ({ params: { id: w['pipeline']! } }),
  })
  totals(@Input() { params, query }: ParsedInput) {
    return this.deals.totals(params.id, query);
  }
}

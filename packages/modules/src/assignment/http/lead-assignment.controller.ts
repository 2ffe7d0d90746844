import { leadRecord } from '@pellucid/modules/leads';
import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
  type SampleWorld,
} from '@pellucid/platform/http';
import { recordSchemas } from '@pellucid/platform/records';
import { AssignmentService } from '../assignment.service.js';
import { AssignmentReasonsService } from '../reasons/assignment-reasons.service.js';
import { reasonAnswer } from '../rules/assignment-rules.schema.js';

const one = {
  tag: 'Lead assignment',
  params: idParams,
  sample: (world: SampleWorld) => ({ params: { id: world['lead']! } }),
} as const;

/** Endpoints that assign a lead, and say why it was assigned. */
@Controller()
export class LeadAssignmentController {
  constructor(
    @Inject(AssignmentService) private readonly assignment: AssignmentService,
    @Inject(AssignmentReasonsService) private readonly reasons: AssignmentReasonsService,
  ) {}

  @Endpoint({
    ...one,
    method: 'post',
    path: '/leads/{id}/assign',
    operationId: 'assignLead',
    summary: 'Let the assignment rules choose the owner of a lead',
    description:
      "The rules see the lead's values as far as the caller does. Answers 409 `noRuleFits` if no rule gives it to anyone.",
    access: { object: 'lead', action: 'assign' },
    conditional: true,
    responses: { 200: recordSchemas(leadRecord).record },
  })
  async assign(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.assignment.assign(params.id, exchange));
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/leads/{id}/assignment',
    operationId: 'getLeadAssignment',
    summary: 'Get the rule that assigned a lead last, and why',
    access: { object: 'lead', action: 'read' },
    responses: { 200: reasonAnswer },
  })
  async reason(@Input() { params }: ParsedInput) {
    return { reason: await this.reasons.of(params.id) };
  }
}

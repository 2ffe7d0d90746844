import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
  resource,
} from '@pellucid/platform/http';
import {
  ruleAnswer,
  ruleChangeBody,
  ruleCreateBody,
  ruleOrderBody,
  rulesAnswer,
  trialAnswer,
  tryBody,
} from '../rules/assignment-rules.schema.js';
import { AssignmentRulesService } from '../rules/assignment-rules.service.js';
import { AssignmentTrials } from '../rules/rule-trials.js';

const rules = resource({
  path: '/assignment-rules',
  tag: 'Lead assignment',
  access: { system: 'manageAssignment' },
  answer: ruleAnswer,
  sample: (world) => ({ id: world['assignmentRule']! }),
});

/** Endpoints of the rules by which leads are assigned. */
@Controller()
export class AssignmentRulesController {
  constructor(
    @Inject(AssignmentRulesService) private readonly rules: AssignmentRulesService,
    @Inject(AssignmentTrials) private readonly trials: AssignmentTrials,
  ) {}

  @Endpoint(
    rules.list({
      operationId: 'listAssignmentRules',
      summary: 'List the rules by which leads are assigned, first one first',
      responses: { 200: rulesAnswer },
    }),
  )
  async list() {
    return this.rules.named(await this.rules.list());
  }

  @Endpoint(
    rules.create({
      operationId: 'createAssignmentRule',
      summary: 'Add a rule by which leads are assigned',
      description:
        'It comes after all others. A new lead that names no owner gets the one of the first active rule that fits and finds somebody; if none does, it belongs to its creator.',
      body: ruleCreateBody,
      sample: (world) => ({
        body: { name: 'Sample', target: { kind: 'team', team: world['team']!, method: 'roundRobin' } },
      }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.created(await this.rules.create(body, exchange.idempotency));
  }

  @Endpoint(
    rules.all('post', {
      path: '/assignment-rules/try',
      operationId: 'tryAssignmentRules',
      summary: 'See whom the rules would give a lead to, and why the others do not fit',
      description:
        "Changes nothing and moves nobody's turn. Values that the caller doesn't see count as empty.",
      idempotent: false,
      body: tryBody,
      status: 200,
      responses: { 200: trialAnswer },
      sample: (world) => ({ body: { lead: world['lead']! } }),
    }),
  )
  try(@Input() { body }: ParsedInput) {
    return this.trials.run(body);
  }

  @Endpoint(
    rules.all('put', {
      path: '/assignment-rules/order',
      operationId: 'orderAssignmentRules',
      summary: 'Put the rules in order',
      body: ruleOrderBody,
      responses: { 200: rulesAnswer },
      sample: (world) => ({ body: { ids: [world['assignmentRule']!] } }),
    }),
  )
  async order(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.rules.named(await this.rules.order(body.ids, exchange.idempotency));
  }

  @Endpoint(
    rules.get({ operationId: 'getAssignmentRule', summary: 'Get a rule by which leads are assigned' }),
  )
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.rules.get(params.id));
  }

  @Endpoint(
    rules.change({
      operationId: 'changeAssignmentRule',
      summary: 'Change a rule by which leads are assigned',
      body: ruleChangeBody,
      sample: () => ({ body: { name: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    return exchange.tagged(await this.rules.change(params.id, body, ifMatch, idempotency));
  }

  @Endpoint(
    rules.remove({
      operationId: 'deleteAssignmentRule',
      summary: 'Delete a rule by which leads are assigned',
    }),
  )
  async remove(@Input() { params }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.rules.remove(params.id, ifMatch, idempotency);
  }
}

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
  rulesAnswer,
  ruleTryBody,
  trialAnswer,
} from '../rules/duplicate-rules.schema.js';
import { DuplicateRulesService } from '../rules/duplicate-rules.service.js';
import { RuleTrials } from '../rules/rule-trials.js';

const rules = resource({
  path: '/duplicate-rules',
  tag: 'Duplicates',
  access: { system: 'manageFields' },
  answer: ruleAnswer,
  sample: (world) => ({ id: world['duplicateRule']! }),
});

const sampleRule = {
  objects: ['contact'],
  conditions: [{ method: 'normalised', fields: { contact: ['email'] } }],
};

/** Endpoints of rules about duplicates. */
@Controller()
export class DuplicateRulesController {
  constructor(
    @Inject(DuplicateRulesService) private readonly rules: DuplicateRulesService,
    @Inject(RuleTrials) private readonly trials: RuleTrials,
  ) {}

  @Endpoint(
    rules.list({
      operationId: 'listDuplicateRules',
      summary: 'List the rules about duplicates',
      responses: { 200: rulesAnswer },
    }),
  )
  async list() {
    return { data: await this.rules.list() };
  }

  @Endpoint(
    rules.create({
      operationId: 'createDuplicateRule',
      summary: 'Create a rule about duplicates',
      description:
        'Records are duplicates if all conditions of a rule hold. `warn` refuses a write with 409 `possibleDuplicates` unless it says `allowDuplicates`; `block` also takes the right to override duplicates.',
      body: ruleCreateBody,
      sample: () => ({ body: { name: 'Sample', ...sampleRule } }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.created(await this.rules.create(body, exchange.idempotency));
  }

  @Endpoint(
    rules.all('post', {
      path: '/duplicate-rules/try',
      operationId: 'tryDuplicateRule',
      summary: 'See what a rule finds among the latest records',
      description: 'Stores nothing. Compares the latest 2,000 records of each object that the caller sees.',
      idempotent: false,
      body: ruleTryBody,
      status: 200,
      responses: { 200: trialAnswer },
      sample: () => ({ body: sampleRule }),
    }),
  )
  async try(@Input() { body }: ParsedInput) {
    await this.rules.check(body);
    return this.trials.run(body);
  }

  @Endpoint(rules.get({ operationId: 'getDuplicateRule', summary: 'Get a rule about duplicates' }))
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.rules.get(params.id));
  }

  @Endpoint(
    rules.change({
      operationId: 'changeDuplicateRule',
      summary: 'Change a rule about duplicates',
      body: ruleChangeBody,
      sample: () => ({ body: { name: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    return exchange.tagged(await this.rules.change(params.id, body, ifMatch, idempotency));
  }

  @Endpoint(rules.remove({ operationId: 'deleteDuplicateRule', summary: 'Delete a rule about duplicates' }))
  async remove(@Input() { params }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.rules.remove(params.id, ifMatch, idempotency);
  }
}

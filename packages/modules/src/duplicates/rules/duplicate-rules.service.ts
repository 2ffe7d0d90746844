import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import {
  type IdempotencyRequest,
  keyFormOf,
  newId,
  planOf,
  RecordRegistry,
  RecordService,
  securityEventStatements,
  textFormOf,
} from '@pellucid/platform/records';
import { ruleChanged, tooManyRules } from './duplicate-rules.errors.js';
import { DuplicateRulesRepository, type RuleValues } from './duplicate-rules.repository.js';
import {
  RULE_LIMITS,
  type RuleChange,
  type RuleCreate,
  type RuleTrial,
  type StoredRule,
} from './duplicate-rules.schema.js';
import { ruleProblems } from './rule-checks.rules.js';

/** A rule as administrators see it. */
export type ShownRule = Omit<StoredRule, 'keyForm' | 'edition'> & { isReady: boolean };

/** The parts of a rule that the log tells. */
const LOGGED = ['name', 'isActive', 'objects', 'conditions', 'onCreate', 'onUpdate', 'onImport'] as const;

/** Rules about duplicates. A change that concerns what is compared makes all keys anew: the worker notices it by the rule's form. */
@Injectable()
export class DuplicateRulesService {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(DuplicateRulesRepository) private readonly repository: DuplicateRulesRepository,
  ) {}

  /** Returns all rules, by name. */
  async list(): Promise<ShownRule[]> {
    const snapshot = await this.directory.current();
    return (await this.repository.all()).map((rule) => this.shown(rule, snapshot));
  }

  /** Returns one rule. @throws ProblemError 404 */
  async get(id: string): Promise<ShownRule> {
    const found = await this.repository.find(id);
    if (!found) throw notFound('The rule');
    return this.shown(found, await this.directory.current());
  }

  /** Creates a rule. @throws ProblemError 422 naming each part that is wrong */
  async create(wish: RuleCreate, idempotency?: IdempotencyRequest): Promise<ShownRule> {
    await this.check(wish);
    const { body } = await this.records.unit(idempotency, async (uow) => {
      if ((await this.repository.hold(uow)).length >= RULE_LIMITS.rules)
        throw tooManyRules(RULE_LIMITS.rules);
      const id = newId();
      const values = { ...wish, edition: 1, keyForm: null };
      await this.write(uow, id, this.repository.insert(uow.tenantId, id, values), undefined, values);
      return { status: 201, body: { id } };
    });
    return this.get(body.id);
  }

  /**
   * Changes a rule; what is left out stays.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 412, 422 naming each part that is wrong
   */
  async change(
    id: string,
    change: RuleChange,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<ShownRule> {
    await this.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, ifMatch);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const wish = { ...before, ...given } as StoredRule;
      if (change.objects || change.conditions) await this.check(wish);
      const isOther =
        wish.isActive !== before.isActive ||
        !isDeepStrictEqual(wish.objects, before.objects) ||
        !isDeepStrictEqual(wish.conditions, before.conditions);
      const values = isOther ? { ...wish, edition: before.edition + 1, keyForm: null } : wish;
      if (LOGGED.some((key) => !isDeepStrictEqual(before[key], values[key])))
        await this.write(uow, id, this.repository.update(id, values), before, values);
      return { status: 200, body: { id } };
    });
    return this.get(id);
  }

  /** Deletes a rule. @throws ProblemError 404, 412 */
  async remove(id: string, ifMatch?: number, idempotency?: IdempotencyRequest): Promise<void> {
    await this.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, ifMatch);
      await this.write(uow, id, this.repository.remove(id), before, undefined);
      return { status: 204, body: null };
    });
  }

  /** @throws ProblemError 422 naming each part of a rule that is wrong */
  async check(wish: RuleTrial): Promise<void> {
    const snapshot = await this.directory.current();
    const problems = ruleProblems(wish, (key) => {
      const found = this.registry.has(key, snapshot) ? this.registry.forTenant(key, snapshot) : undefined;
      return found?.listed ? found : undefined;
    });
    if (problems.length) throw unprocessable(problems);
  }

  private async held(uow: UnitOfWork, id: string, ifMatch: number | undefined): Promise<StoredRule> {
    const found = (await this.repository.hold(uow)).find((rule) => rule.id === id);
    if (!found) throw notFound('The rule');
    if (ifMatch !== undefined && ifMatch !== found.version)
      throw ruleChanged(this.shown(found, await this.directory.current()));
    return found;
  }

  private shown({ keyForm, edition, ...rule }: StoredRule, snapshot: TenantSnapshot): ShownRule {
    const plan = planOf({ ...rule, edition }, this.registry, snapshot);
    const isReady = plan !== undefined && keyForm === keyFormOf(plan, textFormOf(snapshot.settings.locale));
    return { ...rule, isReady };
  }

  /** Writes the row and its event, and makes every process load the rules anew. */
  private async write(
    uow: UnitOfWork,
    id: string,
    statement: Statement,
    before: RuleValues | undefined,
    after: RuleValues | undefined,
  ): Promise<void> {
    const changed = LOGGED.filter((key) => !isDeepStrictEqual(before?.[key], after?.[key]));
    const side = (key: (typeof LOGGED)[number]) => ({
      ...(before ? { before: before[key] } : {}),
      ...(after ? { after: after[key] } : {}),
    });
    await uow.together([
      statement,
      ...securityEventStatements([
        {
          verb: !before ? 'duplicateRuleCreated' : after ? 'duplicateRuleChanged' : 'duplicateRuleDeleted',
          object: 'duplicateRule',
          recordId: id,
          changes: Object.fromEntries(changed.map((key) => [key, side(key)])),
        },
      ]),
    ]);
    await uow.bumpAccessVersion();
    this.directory.forget(requireTenant());
  }
}

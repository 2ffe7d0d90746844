import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import { type IdempotencyRequest, newId, RecordRegistry, RecordService } from '@pellucid/platform/records';
import { writeLogged } from './assignment-log.js';
import { changedSince, noSuchRule, tooMany } from './assignment-rules.errors.js';
import { AssignmentRulesRepository, type Held, type RuleValues } from './assignment-rules.repository.js';
import {
  ASSIGNMENT_LIMITS,
  type RuleChange,
  type RuleCreate,
  type StoredRule,
} from './assignment-rules.schema.js';
import { ruleProblems } from './rule-checks.rules.js';

const valuesOf = ({ name, isActive, condition, territory, target }: RuleValues): RuleValues => ({
  name,
  isActive,
  condition,
  territory,
  target,
});

/** Rules by which leads are assigned. */
@Injectable()
export class AssignmentRulesService {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AssignmentRulesRepository) private readonly repository: AssignmentRulesRepository,
  ) {}

  /** Returns all rules, in order. */
  async list(): Promise<StoredRule[]> {
    return (await this.repository.all()).rules;
  }

  /** Returns rules with the names of the people and teams in them. */
  async named(rules: StoredRule[]): Promise<{ data: StoredRule[]; names: Record<string, string> }> {
    const { reader } = this.records;
    const people = rules.flatMap(({ target }) => [
      ...(target.kind === 'member' ? [target.member] : Object.keys(target.weights ?? {})),
    ]);
    const teams = rules.flatMap(({ target }) => (target.kind === 'team' ? [target.team] : []));
    const found = [await reader.visibleNames('member', people), await reader.visibleNames('team', teams)];
    return { data: rules, names: Object.fromEntries(found.flatMap((names) => [...names])) };
  }

  /** Returns one rule. @throws ProblemError 404 */
  async get(id: string): Promise<StoredRule> {
    const found = (await this.list()).find((rule) => rule.id === id);
    if (!found) throw notFound('The rule');
    return found;
  }

  /** Adds a rule after all others. @throws ProblemError 422 naming each part that is wrong */
  async create(wish: RuleCreate, idempotency?: IdempotencyRequest): Promise<StoredRule> {
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const held = await this.repository.hold(uow);
      if (held.rules.length >= ASSIGNMENT_LIMITS.rules) throw tooMany('rules', ASSIGNMENT_LIMITS.rules);
      await this.check(wish, held);
      const id = newId();
      await writeLogged(uow, this.directory, this.repository.insertRule(uow.tenantId, id, wish), {
        object: 'assignmentRule',
        id,
        before: undefined,
        after: wish,
      });
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
  ): Promise<StoredRule> {
    await this.records.unit(idempotency, async (uow) => {
      const { before, held } = await this.held(uow, id, ifMatch);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const after = valuesOf({ ...before, ...given });
      // A rule whose person has left can still be switched off.
      if (Object.keys(given).some((key) => key !== 'isActive' && key !== 'name'))
        await this.check(after, held);
      if (!isDeepStrictEqual(valuesOf(before), after))
        await writeLogged(uow, this.directory, [this.repository.updateRule(id, after)], {
          object: 'assignmentRule',
          id,
          before: valuesOf(before),
          after,
        });
      return { status: 200, body: { id } };
    });
    return this.get(id);
  }

  /** Deletes a rule. @throws ProblemError 404, 412 */
  async remove(id: string, ifMatch?: number, idempotency?: IdempotencyRequest): Promise<void> {
    await this.records.unit(idempotency, async (uow) => {
      const { before } = await this.held(uow, id, ifMatch);
      await writeLogged(uow, this.directory, this.repository.removeRule(id), {
        object: 'assignmentRule',
        id,
        before: valuesOf(before),
        after: undefined,
      });
      return { status: 204, body: null };
    });
  }

  /**
   * Puts rules in order. Those that are left out come after them, as they were: somebody else may have added one.
   * @throws ProblemError 422 for what is no rule
   */
  async order(wish: string[], idempotency?: IdempotencyRequest): Promise<StoredRule[]> {
    await this.records.unit(idempotency, async (uow) => {
      const { rules } = await this.repository.hold(uow);
      const before = rules.map(({ id }) => id);
      const wrong = wish.findIndex((id, place) => !before.includes(id) || wish.indexOf(id) !== place);
      if (wrong >= 0) throw noSuchRule(wrong);
      const ids = [...wish, ...before.filter((id) => !wish.includes(id))];
      if (!isDeepStrictEqual(ids, before))
        await writeLogged(uow, this.directory, [this.repository.order(ids)], {
          object: 'assignmentRule',
          id: ids[0]!,
          before: { order: nameOrder(before, rules) },
          after: { order: nameOrder(ids, rules) },
        });
      return { status: 200, body: null };
    });
    return this.list();
  }

  private async held(uow: UnitOfWork, id: string, ifMatch: number | undefined) {
    const held = await this.repository.hold(uow);
    const before = held.rules.find((rule) => rule.id === id);
    if (!before) throw notFound('The rule');
    if (ifMatch !== undefined && ifMatch !== before.version) throw changedSince('rule', before);
    return { before, held };
  }

  private async check(values: RuleValues, { territories }: Held): Promise<void> {
    const snapshot = await this.directory.current();
    const problems = ruleProblems(values, {
      lead: this.registry.forTenant('lead', snapshot),
      snapshot,
      territories: new Set(territories.map(({ id }) => id)),
    });
    if (problems.length) throw unprocessable(problems);
  }
}

const nameOrder = (ids: string[], rules: StoredRule[]) =>
  ids.map((id) => rules.find((rule) => rule.id === id)!.name);

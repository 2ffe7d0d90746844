import type { Condition } from '@pellucid/conditions';
import { Inject, Injectable } from '@nestjs/common';
import type { AssignmentRule } from '@pellucid/platform/access';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { type FieldProblem, pointer, unprocessable } from '@pellucid/platform/errors';
import {
  defaultsFor,
  type FilterContext,
  parseFieldValue,
  type RecordDescriptor,
  RecordService,
  visibilityIn,
} from '@pellucid/platform/records';
import { judge, type RuleVerdict } from '../decisions/decide.rules.js';
import { DecisionGround } from '../decisions/decision-ground.js';
import type { Trial, TrialWish } from './assignment-rules.schema.js';

/** Tells what the rules would do with a lead, as far as the caller sees its values. Moves nobody's turn. */
@Injectable()
export class AssignmentTrials {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** @throws ProblemError 404 for a lead that the caller doesn't see, 422 for values that fields don't accept */
  async run({ lead, values }: TrialWish): Promise<Trial> {
    const context = await this.records.reader.contextFor('lead');
    const { descriptor, snapshot, access } = context;
    const state = {
      ...(lead === undefined ? startOf(context) : await this.seen(lead, context)),
      ...parsed(descriptor, values ?? {}),
    };
    const holds = (condition: Condition) => access.holds('lead', condition, state, snapshot);
    const verdicts = await this.units.run(async (uow) => {
      const ground = (await DecisionGround.load(uow, snapshot, [holds], true)).of(holds);
      return snapshot.assignment.rules.map((rule) => judge(rule, snapshot.assignment, ground));
    });
    return this.told(verdicts, holds);
  }

  /** Returns a lead's values that the caller sees in clear. @throws ProblemError 404 */
  private async seen(id: string, context: FilterContext): Promise<Record<string, unknown>> {
    const { reader } = this.records;
    await reader.get('lead', id);
    const plan = reader.readPlan(context);
    const rows = await this.units.run((uow) =>
      uow.run<any>(reader.byIds(plan, [id], context, 'read', 'living')),
    );
    return Object.fromEntries(
      rows.flatMap((row) => {
        const record = plan.load(row);
        const { access, snapshot } = context;
        const rules = access.decide('lead', 'read', snapshot).rulesFor(record.readBits);
        return Object.entries(record.state).filter(([key]) => visibilityIn(record, rules, key) === 'clear');
      }),
    );
  }

  private async told(verdicts: RuleVerdict[], holds: (condition: Condition) => boolean): Promise<Trial> {
    const decider = verdicts.find(({ outcome }) => outcome === 'fits');
    const people = verdicts.flatMap(({ owner, passed }) => [
      ...(owner === undefined ? [] : [owner]),
      ...passed.map(({ member }) => member),
    ]);
    const names = await this.records.reader.visibleNames('member', people);
    const named = (id: string) => ({ id, name: names.get(id) ?? null });
    return {
      owner: decider?.owner === undefined ? null : named(decider.owner),
      rules: verdicts.map((verdict) => ({
        rule: { id: verdict.rule.id, name: verdict.rule.name },
        outcome: verdict.outcome === 'fits' && verdict !== decider ? 'wouldFit' : verdict.outcome,
        ...(verdict.territory ? { territory: verdict.territory.name } : {}),
        ...(verdict.outcome === 'unmet' ? whyNot(verdict.rule, holds) : {}),
        passed: verdict.passed.map(({ member, reason }) => ({ member: named(member), reason })),
      })),
    };
  }
}

/** Returns what a new lead has that says nothing else. */
function startOf({ descriptor, snapshot }: FilterContext): Record<string, unknown> {
  const defaults = defaultsFor(snapshot);
  return Object.fromEntries(
    descriptor.fields.map((f) => [f.key, f.defaultFrom ? null : (f.default?.(defaults) ?? null)]),
  );
}

/** Returns what of a rule doesn't hold: the parts of its condition, or its place. */
function whyNot(
  { condition }: AssignmentRule,
  holds: (condition: Condition) => boolean,
): { unmet?: Condition; outside?: boolean } {
  if (!condition || holds(condition)) return { outside: true };
  if (!('all' in condition)) return { unmet: condition };
  const parts = (condition.all as Condition[]).filter((part) => !holds(part));
  return { unmet: parts.length === 1 ? parts[0]! : { all: parts } };
}

/** Returns values as a record holds them. @throws ProblemError 422 naming each field */
function parsed(descriptor: RecordDescriptor, values: Record<string, unknown>): Record<string, unknown> {
  const problems: FieldProblem[] = [];
  const state: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const f = descriptor.byKey.get(key);
    if (!f) {
      problems.push({
        pointer: pointer('values', key),
        code: 'unknownField',
        message: `Leads have no field "${key}". Choose one from GET /objects/lead.`,
      });
      continue;
    }
    const read = parseFieldValue(f, value);
    if ('problem' in read)
      problems.push({ ...read.problem, pointer: pointer('values') + read.problem.pointer });
    else state[key] = read.value;
  }
  if (problems.length) throw unprocessable(problems);
  return state;
}

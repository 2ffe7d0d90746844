import { openLeads } from '@pellucid/modules/leads';
import type { AssignmentSettings, TenantSnapshot } from '@pellucid/platform/access';
import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import { fits, type Ground, type RuleVerdict, teamOf, turnsAfter, turnTakingOf } from './decide.rules.js';
import { FIRST_TURN, type Turn } from './turns.rules.js';

/** What decisions about some records depend on: people, their open leads, and whose turn it is. Keeps count of what it gave out. */
export class DecisionGround {
  private readonly open = new Map<string, number>();
  private readonly start = new Map<string, Turn>();
  private turns = new Map<string, Turn>();

  private constructor(private readonly snapshot: TenantSnapshot) {}

  /**
   * Loads what decisions about records depend on. Locks the turns of the rules that may decide, in the order of their ids: once
   * for all records, and nothing if only rules fit that name a person.
   * @param records for each record, whether a condition holds for it
   * @param isTrial doesn't lock
   */
  static async load(
    uow: UnitOfWork,
    snapshot: TenantSnapshot,
    records: readonly Ground['holds'][],
    isTrial = false,
  ): Promise<DecisionGround> {
    const ground = new DecisionGround(snapshot);
    const { rules, people } = ground.needed(snapshot.assignment, records);
    if (!rules.length) return ground;
    const [turns, counts] = await uow.together([
      {
        text: `select rule_id as "ruleId", clock::float8 as clock, marks from assignment_turn
                where rule_id = any($1::uuid[]) order by rule_id${isTrial ? '' : ' for update'}`,
        values: [rules],
      },
      // After the lock, so that it counts what those have written who took their turns before.
      ...(people.length ? [openLeads(people)] : []),
    ]);
    for (const { ruleId, clock, marks } of turns!) ground.start.set(ruleId, { clock, marks });
    for (const { ownerId, open } of counts ?? []) ground.open.set(ownerId, open);
    return ground;
  }

  /** Returns the rules that may give out turns, and the people whose open leads count. */
  private needed(settings: AssignmentSettings, records: readonly Ground['holds'][]) {
    const rules = new Set<string>();
    const people = new Set<string>();
    for (const holds of records)
      for (const rule of settings.rules) {
        const fit = fits(rule, settings, holds);
        if (!fit) continue;
        const taking = turnTakingOf(rule);
        if (!taking) {
          if (rule.target.kind === 'member' && this.isActive(rule.target.member)) break;
          continue;
        }
        rules.add(rule.id);
        const team = teamOf(rule, fit.territory);
        const all = team === undefined ? [] : this.peopleOf(team);
        if (taking.method === 'load' || taking.limit !== undefined) for (const id of all) people.add(id);
        if (taking.limit === undefined && all.some((id) => this.isActive(id))) break;
      }
    return { rules: [...rules].sort(), people: [...people].sort() };
  }

  /** Returns what the decision about one record depends on. */
  of(holds: Ground['holds']): Ground {
    return {
      holds,
      peopleOf: (team) => this.peopleOf(team),
      isActive: (person) => this.isActive(person),
      openOf: (person) => this.open.get(person) ?? 0,
      turnOf: (rule) => this.turns.get(rule) ?? this.start.get(rule) ?? FIRST_TURN,
    };
  }

  /** Notes that a record was given to somebody. */
  note(verdict: RuleVerdict): void {
    if (verdict.owner === undefined) return;
    this.open.set(verdict.owner, (this.open.get(verdict.owner) ?? 0) + 1);
    for (const [rule, turn] of turnsAfter([verdict], new Map([...this.start, ...this.turns])))
      this.turns.set(rule, turn);
  }

  /** Returns the statement that stores whose turn it is after some verdicts; none if no turns were given out. */
  store(verdicts: readonly RuleVerdict[]): Statement[] {
    const turns = [...turnsAfter(verdicts, this.start)];
    if (!turns.length) return [];
    return [
      {
        text: `update assignment_turn t set clock = n.clock, marks = n.marks
                 from jsonb_to_recordset($1::jsonb) n (rule uuid, clock bigint, marks jsonb) where t.rule_id = n.rule`,
        values: [JSON.stringify(turns.map(([rule, turn]) => ({ rule, ...turn })))],
      },
    ];
  }

  private peopleOf(team: string): readonly string[] {
    return [...(this.snapshot.teamMembers.get(team) ?? [])].sort();
  }

  private isActive(person: string): boolean {
    return this.snapshot.members.get(person)?.status === 'active';
  }
}

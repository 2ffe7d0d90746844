import type { Condition } from '@pellucid/conditions';

/** How a team's people take turns: one after the other, by weight, or whoever has the fewest open records. */
export const TURN_METHODS = ['roundRobin', 'weighted', 'load'] as const;
export type TurnMethod = (typeof TURN_METHODS)[number];

/** How a rule chooses among several people. */
export interface TurnTaking {
  method: TurnMethod;
  /** Share of each person by id, from 1 to 10, for `weighted`; 1 if left out. */
  weights?: Readonly<Record<string, number>> | undefined;
  /** Most open records that a person may have to be given another one. */
  limit?: number | undefined;
}

/** Whom a rule gives records to. */
export type AssignmentTarget =
  | { kind: 'member'; member: string }
  | ({ kind: 'team'; team: string } & TurnTaking)
  /** The team of the territory that the record is in. */
  | ({ kind: 'territory' } & TurnTaking);

/** A rule that gives records without an owner to somebody. The first one that fits counts. */
export interface AssignmentRule {
  id: string;
  name: string;
  version: number;
  /** Which records it is about; null is every one. */
  condition: Condition | null;
  /** The territory that records must be in as well; null is any place. */
  territory: string | null;
  target: AssignmentTarget;
}

/** A named condition over a record, such as its address and industry, and the team that works there. */
export interface Territory {
  id: string;
  name: string;
  condition: Condition;
  team: string;
}

/** What a company says about who gets records. */
export interface AssignmentSettings {
  /** Active rules, in order. */
  rules: readonly AssignmentRule[];
  /** By name. */
  territories: readonly Territory[];
}

/** Select the active rules and the territories. */
export const ASSIGNMENT_QUERIES = [
  {
    text: `select id, name, version, condition, territory_id as territory, target from assignment_rule
            where is_active order by position, id`,
  },
  { text: 'select id, name, condition, team_id as team from assignment_territory order by name, id' },
];

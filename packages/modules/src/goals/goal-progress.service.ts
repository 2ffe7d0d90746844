import { type Condition, formatDay, parseDay, relativeDays, startOfDay } from '@pellucid/conditions';
import { ProblemError } from '@pellucid/platform/errors';
import { clockOf, type FilterContext, type PresentedRecord, RecordService } from '@pellucid/platform/records';
import { Inject, Injectable } from '@nestjs/common';
import { coversOwners, coversTeam } from './goal-cover.js';
import { type Days, type GoalMeasure, measuresOf } from './goal-measures.js';
import type { Metric, Period } from './goals.record.js';
import type { GoalPart, GoalProgress } from './http/goals.schemas.js';

/** Most goals that are answered at once. */
const MOST_GOALS = 200;

/** A goal as far as its progress depends on it. */
interface Goal {
  id: string;
  name: string;
  metric: Metric;
  kinds: string[];
  period: Period;
  target: string;
  owner: { id: string; name: string } | null;
  team: { id: string; name: string } | null;
}

/** Whose records count for a goal: `owner` is a person, `owner.team` a team. */
const WHOSE = { person: 'owner', team: 'owner.team' } as const;

/**
 * How far goals are reached: worked out by aggregates under the rights of whoever looks. A number over records that they might
 * not all see, or of values that they don't see, is withheld, since it would be a wrong one.
 */
@Injectable()
export class GoalProgressService {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  /**
   * Returns the goals that the caller sees and that hold on a day, with their progress in its period.
   * @param asked.on the day; today by default
   * @param asked.owner only those of a person; else also those of teams
   */
  async list(asked: {
    on?: string | undefined;
    owner?: string | undefined;
  }): Promise<{ data: GoalProgress[]; hasMore: boolean }> {
    const context = await this.records.reader.contextFor('goal');
    const clock = clockOf(context.snapshot);
    const today = relativeDays('today', 0, clock).from!;
    const day = (asked.on && parseDay(asked.on)) || today;
    const periods: Record<Period, Days> = {
      month: daysOf('this_month', day, clock),
      quarter: daysOf('this_fiscal_quarter', day, clock),
    };
    const filter: Condition = {
      all: [
        { any: (['month', 'quarter'] as const).map((period) => holdsIn(period, periods[period])) },
        ...(asked.owner ? [{ field: 'owner', op: 'eq', value: asked.owner } as const] : []),
      ],
    };
    const { data, page } = await this.records.lists.list('goal', { filter, limit: MOST_GOALS });
    const goals = data.flatMap((record) => goalIn(record) ?? []);
    const withheld = data.length - goals.length;
    const shown = await this.progressOf(goals, periods, today);
    return { data: shown, hasMore: page.hasMore || withheld > 0 };
  }

  /** Works out the progress of goals, those that count alike together. */
  private async progressOf(
    goals: Goal[],
    periods: Record<Period, Days>,
    today: number,
  ): Promise<GoalProgress[]> {
    const found = new Map<string, GoalProgress>();
    const alike = Map.groupBy(goals, ({ metric, kinds, period, team }) =>
      JSON.stringify([metric, [...kinds].sort(), period, team !== null]),
    );
    for (const some of alike.values()) {
      const { metric, kinds, period, team } = some[0]!;
      const days = periods[period];
      const parts = await this.measured(some, metric, kinds, days, team ? 'team' : 'person');
      for (const goal of some) {
        const own = parts.map(({ values, ...part }) => ({ ...part, value: values?.get(goal.id) ?? null }));
        found.set(goal.id, {
          ...goal,
          ...shownDays(days, today),
          value: totalOf(own),
          parts: own.map((part) => ofWhom(part, goal)),
        });
      }
    }
    return goals.map(({ id }) => found.get(id)!);
  }

  /**
   * Measures each part of goals that count alike, in one aggregate over all of their people or teams.
   * @returns per part the values by the goals' ids; no value for a goal whose records the caller might not all see
   */
  private async measured(
    goals: Goal[],
    metric: Metric,
    kinds: readonly string[],
    days: Days,
    whose: keyof typeof WHOSE,
  ): Promise<(GoalMeasure & { values: Map<string, string> | undefined })[]> {
    const { settings } = (await this.records.reader.contextFor('goal')).snapshot;
    return Promise.all(
      measuresOf(metric, kinds, days, settings.zone).map(async (part) => ({
        ...part,
        values: await this.valuesOf(goals, part, WHOSE[whose]),
      })),
    );
  }

  private async valuesOf(
    goals: Goal[],
    { object, filter, measure }: GoalMeasure,
    by: string,
  ): Promise<Map<string, string> | undefined> {
    const subject = (goal: Goal) => (by === WHOSE.person ? goal.owner : goal.team)?.id;
    const ids = [...new Set(goals.flatMap((goal) => subject(goal) ?? []))];
    if (!ids.length) return undefined;
    try {
      const context = await this.records.reader.contextFor(object);
      const { rows } = await this.records.aggregates.run(object, {
        filter: { all: [filter, { field: by, op: 'in', value: ids }] },
        groupBy: [{ field: by }],
        measures: [measure],
        limit: ids.length + 1,
      });
      const bySubject = new Map(
        rows.map(({ keys: [key], values: [value] }) => [(key as { id: string } | null)?.id, String(value)]),
      );
      return new Map(
        goals.flatMap((goal): [string, string][] => {
          const id = subject(goal);
          return id && covers(context, goal, id) ? [[goal.id, bySubject.get(id) ?? '0']] : [];
        }),
      );
    } catch (error) {
      // What the caller's roles don't show them is withheld; anything else is a fault.
      if (error instanceof ProblemError && error.status < 500) return undefined;
      throw error;
    }
  }
}

/** Whether the caller sees all records that could count for a goal. It depends on their rights alone, never on records. */
function covers(context: FilterContext, { team }: Goal, id: string): boolean {
  return team ? coversTeam(context, id) : coversOwners(context, [id]);
}

/** Returns the days of the period in which a day lies. */
function daysOf(
  op: 'this_month' | 'this_fiscal_quarter',
  day: number,
  clock: ReturnType<typeof clockOf>,
): Days {
  const { from, before } = relativeDays(op, 0, { ...clock, now: new Date(startOfDay(day, clock.zone)) });
  return { from: from!, before: before! };
}

/** A goal holds in a period if it began by its last day and had not ended before its first. */
function holdsIn(period: Period, { from, before }: Days): Condition {
  return {
    all: [
      { field: 'period', op: 'eq', value: period },
      { field: 'startsOn', op: 'lte', value: formatDay(before - 1) },
      {
        any: [
          { field: 'endsOn', op: 'empty' },
          { field: 'endsOn', op: 'gte', value: formatDay(from) },
        ],
      },
    ],
  };
}

/** Returns a goal of which the caller sees all that its progress depends on. */
function goalIn(record: PresentedRecord): Goal | undefined {
  const reference = (value: unknown) => (value ?? null) as { id: string; name: string } | null;
  const { id, metric, period, target, activityKinds } = record;
  const isWhole =
    typeof metric === 'string' &&
    typeof period === 'string' &&
    (typeof target === 'string' || typeof target === 'number') &&
    record['owner'] !== undefined &&
    record['team'] !== undefined &&
    activityKinds !== undefined;
  if (!isWhole) return undefined;
  return {
    id: id as string,
    name: typeof record['name'] === 'string' ? record['name'] : '',
    metric: metric as Metric,
    period: period as Period,
    target: String(target),
    kinds: (activityKinds ?? []) as string[],
    owner: reference(record['owner']),
    team: reference(record['team']),
  };
}

/** What is said of a period: its first and last day, and which part of it has passed, from 0 to 1. */
function shownDays({ from, before }: Days, today: number) {
  const passed = Math.min(Math.max(today + 1 - from, 0), before - from);
  return {
    from: formatDay(from),
    to: formatDay(before - 1),
    elapsed: Math.round((passed / (before - from)) * 1000) / 1000,
  };
}

/** Returns the sum of a goal's parts; null if one of them is withheld. */
function totalOf(parts: { value: string | null }[]): string | null {
  if (parts.length === 1) return parts[0]!.value;
  return parts.every(({ value }) => value !== null)
    ? String(parts.reduce((total, { value }) => total + Number(value), 0))
    : null;
}

/** Returns a part with the filter that finds its records in a list. */
function ofWhom(
  { object, filter, value }: GoalMeasure & { value: string | null },
  { owner, team }: Goal,
): GoalPart {
  const whose: Condition = team
    ? { field: WHOSE.team, op: 'eq', value: team.id }
    : { field: WHOSE.person, op: 'eq', value: owner?.id ?? '' };
  return { object, filter: { all: [filter, whose] }, value };
}

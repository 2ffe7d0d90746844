import type { Condition } from '@pellucid/conditions';
import { isReference, type RecordData } from '../object-description';

/** Why an open deal needs attention, in the order in which reasons are shown. */
export const RISKS = ['late', 'stuck', 'unplanned', 'inactive'] as const;
export type RiskKind = (typeof RISKS)[number];

/** A stage, and how many days deals usually stay in it. */
export interface RiskStage {
  id: string;
  name: string;
  isOpen: boolean;
  stuckAfterDays: number | undefined;
}

/** What decides from when on a deal is at risk. */
export interface RiskLimits {
  stages: readonly RiskStage[];
  inactiveAfterDays: number;
  /** The company's time zone. */
  zone: string;
}

/** A reason, with what it says. */
export type Risk =
  | { kind: 'stuck'; days: number; stage: string; usual: number }
  | { kind: 'late' | 'inactive'; days: number }
  | { kind: 'unplanned' };

const open: Condition = { field: 'stage.category', op: 'eq', value: 'open' };

/** Returns the filter that finds the deals with a reason; undefined if there can be none. {@link risksOf} tells the same of one deal. */
export function riskCondition(
  kind: RiskKind,
  { stages, inactiveAfterDays }: Pick<RiskLimits, 'stages' | 'inactiveAfterDays'>,
): Condition | undefined {
  switch (kind) {
    case 'late':
      return { all: [open, { field: 'closeDate', op: 'before_today' }] };
    case 'unplanned':
      return { all: [open, { field: 'hasNextActivity', op: 'eq', value: false }] };
    case 'inactive':
      return {
        all: [
          open,
          {
            any: [
              { field: 'lastActivityAt', op: 'older_than_n_days', value: inactiveAfterDays },
              {
                all: [
                  { field: 'lastActivityAt', op: 'empty' },
                  { field: 'createdAt', op: 'older_than_n_days', value: inactiveAfterDays },
                ],
              },
            ],
          },
        ],
      };
    case 'stuck': {
      const limits = stages.flatMap(({ isOpen, stuckAfterDays }) => (isOpen && stuckAfterDays) || []);
      const any = [...new Set(limits)]
        .sort((a, b) => a - b)
        .map(
          (days): Condition => ({
            all: [
              { field: 'stage.stuckAfterDays', op: 'eq', value: days },
              { field: 'stageSince', op: 'older_than_n_days', value: days },
            ],
          }),
        );
      return any.length ? { all: [open, { any }] } : undefined;
    }
  }
}

const DAY_MS = 86_400_000;

/** A day's number, so that days can be counted. @param day "2030-03-01" */
const dayNumber = (day: string) => Date.parse(day.slice(0, 10)) / DAY_MS;

/** Returns why a deal is at risk, as far as the user sees what it takes to tell. @param now an instant, in milliseconds */
export function risksOf(
  deal: RecordData,
  { stages, inactiveAfterDays, zone }: RiskLimits,
  now: number = Date.now(),
): Risk[] {
  const stage = stages.find(({ id }) => isReference(deal['stage']) && deal['stage'].id === id);
  if (!stage?.isOpen) return [];
  const inZone = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  const today = dayNumber(inZone.format(now));
  const daysSince = (value: unknown) => {
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? undefined : today - dayNumber(inZone.format(at));
  };
  const found: Risk[] = [];
  const due = typeof deal['closeDate'] === 'string' ? dayNumber(deal['closeDate']) : Number.NaN;
  if (due < today) found.push({ kind: 'late', days: today - due });
  const inStage = daysSince(deal['stageSince']);
  const usual = stage.stuckAfterDays;
  if (usual !== undefined && inStage !== undefined && inStage > usual)
    found.push({ kind: 'stuck', days: inStage, stage: stage.name, usual });
  if (deal['hasNextActivity'] === false) found.push({ kind: 'unplanned' });
  // A deal whose last activity is withheld has no value, one without any has an empty one.
  const idle = deal['lastActivityAt'] === null ? deal['createdAt'] : deal['lastActivityAt'];
  const inactive = daysSince(idle);
  if (inactive !== undefined && inactive > inactiveAfterDays)
    found.push({ kind: 'inactive', days: inactive });
  return found;
}

import type { EvaluationClock } from '@pellucid/conditions';
import type { TenantSnapshot } from '../../access/index.js';
import type { FieldAccess } from './access-policy.js';
import type { RecordDescriptor, RecordRegistry } from '../describe/index.js';

/** Everything needed to compile a list condition. */
export interface FilterContext {
  registry: RecordRegistry;
  descriptor: RecordDescriptor;
  snapshot: TenantSnapshot;
  access: FieldAccess;
  clock: EvaluationClock;
}

/** Returns the tenant's clock at the given time. */
export function clockOf(snapshot: TenantSnapshot, now = new Date()): EvaluationClock {
  const s = snapshot.settings;
  return {
    now,
    zone: s.zone,
    weekStart: s.weekStart as 0 | 1,
    fiscalYearStartMonth: s.fiscalYearStartMonth,
  } as EvaluationClock;
}

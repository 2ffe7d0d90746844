import type { Condition } from '@pellucid/conditions';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useMe } from '@/lib/session/use-me';
import { useMayFilter } from '../access/may-filter';
import { shortListQuery } from '../api/list-records';
import type { ObjectDescription } from '../object-description';
import { RISKS, riskCondition, type RiskKind, type RiskLimits } from './risks';

/** From when on deals are at risk, as far as the user sees it. Undefined until it is loaded. */
export function useRiskLimits(): RiskLimits | undefined {
  const { settings } = useMe();
  // Asked as the board and the list of pipelines ask, so that it is loaded once.
  const { data, isError } = useQuery({
    ...shortListQuery({ path: '/stages' }, { limit: 200 }),
    staleTime: 60_000,
  });
  return useMemo(() => {
    if (!data && !isError) return undefined;
    const stages = (data?.data ?? []).map((stage) => ({
      id: stage.id,
      name: typeof stage['name'] === 'string' ? stage['name'] : '',
      isOpen: stage['category'] === 'open',
      stuckAfterDays: typeof stage['stuckAfterDays'] === 'number' ? stage['stuckAfterDays'] : undefined,
    }));
    return { stages, inactiveAfterDays: settings.inactiveAfterDays, zone: settings.zone };
  }, [data, isError, settings]);
}

/** The filter of each reason that the user may ask for: what they don't see is not asked. */
export function useRiskConditions(
  object: ObjectDescription,
  limits: RiskLimits | undefined,
): { kind: RiskKind; condition: Condition }[] {
  const conditionOf = (kind: RiskKind) => limits && riskCondition(kind, limits);
  const may: Record<RiskKind, boolean> = {
    late: useMayFilter(object, conditionOf('late')),
    stuck: useMayFilter(object, conditionOf('stuck')),
    unplanned: useMayFilter(object, conditionOf('unplanned')),
    inactive: useMayFilter(object, conditionOf('inactive')),
  };
  return RISKS.flatMap((kind) => {
    const condition = conditionOf(kind);
    return condition && may[kind] ? [{ kind, condition }] : [];
  });
}

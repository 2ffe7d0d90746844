import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { AccessSubject } from '../access/access-questions';
import { recordKeys } from './record-keys';

/** What somebody may do with a field or a record. */
export type AccessEffect = 'edit' | 'view' | 'mask' | 'hidden';

/** A sentence, with its code and parameters for other languages. */
export interface Said {
  code: string;
  params: Record<string, unknown>;
  because: string;
}

export type StepKind =
  | 'tenant'
  | 'membership'
  | 'key'
  | 'roles'
  | 'permission'
  | 'record'
  | 'scope'
  | 'policy'
  | 'sharing'
  | 'field'
  | 'mask';

/** One step of a decision: what it found and the source. */
export interface ExplanationStep extends Said {
  step: StepKind;
  outcome: 'yes' | 'no' | 'notNeeded';
  source: { kind: string; id: string | null; name: string } | null;
}

/** A decision with each step that led to it. */
export interface Explanation {
  allowed: boolean;
  effect: AccessEffect;
  subject: AccessSubject;
  object: string;
  record: { id: string; name: string } | null;
  action: string;
  field: string | null;
  steps: ExplanationStep[];
  /** Changes that would each turn a no into a yes. */
  wouldNeed: Said[];
}

export interface ExplainRequest {
  /** The user themself, if left out. */
  subject?: string;
  object: string;
  record?: string;
  action: string;
  field?: string;
}

/** Why somebody may or may not do something. Rights can change at any time, so answers are soon stale. */
export function explainQuery(request: ExplainRequest) {
  return queryOptions({
    queryKey: recordKeys.explanation(request),
    queryFn: async ({ signal }) =>
      (await client.get({
        url: `${API_ROOT}/access/explain`,
        query: { ...request },
        signal,
      })) as unknown as Explanation,
    staleTime: 10_000,
  });
}

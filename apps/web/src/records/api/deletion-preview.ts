import { previewDeletionOfRecords } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { recordKeys } from './record-keys';

/** What happens to records that refer to the deleted ones. */
export type ReferrerPolicy = 'unlink' | 'delete';

export interface DeletionEffect {
  effect: 'delete' | 'unlink' | 'refuse';
  object: string;
  label: string;
  field: string;
  fieldLabel: string;
  count: number;
  capped: boolean;
  records: { id: string; name: string }[];
  allowed: boolean;
}

export interface DeletionOutcome {
  allowed: boolean;
  effects: DeletionEffect[];
}

export type DeletionPreview = Record<ReferrerPolicy, DeletionOutcome>;

/** The most records that the API previews at once. */
const BATCH = 500;

/** What else deleting the records would change. Never cached. */
export function deletionPreviewQuery(path: string, ids: string[]) {
  return queryOptions({
    queryKey: [...recordKeys.all, 'deletion-preview', path, ids],
    queryFn: async ({ signal }): Promise<DeletionPreview> => {
      const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, i) =>
        ids.slice(i * BATCH, (i + 1) * BATCH),
      );
      const answers = await Promise.all(
        batches.map((some) => previewDeletionOfRecords(path, { ids: some }, { signal })),
      );
      return mergePreviews(answers);
    },
    enabled: ids.length > 0,
    gcTime: 0,
    staleTime: 0,
  });
}

/** Adds up the previews of several batches. */
export function mergePreviews(previews: DeletionPreview[]): DeletionPreview {
  const merge = (policy: ReferrerPolicy): DeletionOutcome => {
    const effects = new Map<string, DeletionEffect>();
    for (const effect of previews.flatMap((preview) => preview[policy].effects)) {
      const key = `${effect.effect} ${effect.object} ${effect.field}`;
      const known = effects.get(key);
      effects.set(
        key,
        known
          ? {
              ...known,
              count: known.count + effect.count,
              capped: known.capped || effect.capped,
              records: [...known.records, ...effect.records].slice(0, 5),
              allowed: known.allowed && effect.allowed,
            }
          : effect,
      );
    }
    return { allowed: previews.every((preview) => preview[policy].allowed), effects: [...effects.values()] };
  };
  return { unlink: merge('unlink'), delete: merge('delete') };
}

import * as api from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { causedBy, newCause, refreshRecords } from '@/records/api/undo';
import { listRecords, shortListQuery } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import type { ObjectDescription } from '@/records/object-description';

/** Most sequences that are offered. */
const MOST = 200;

/** The sequences that can be started for records of an object, by name. */
export const startableQuery = (sequence: ObjectDescription, object: string) =>
  queryOptions({
    ...shortListQuery(sequence, {
      filter: { field: 'active', op: 'eq', value: true },
      sort: 'name',
      limit: MOST,
    }),
    select: ({ data }) =>
      data.filter(({ objects }) => {
        const keys = (objects ?? []) as string[];
        return !keys.length || keys.includes(object);
      }),
  });

/** What a sequence is started with for each record: a row of bulk work. */
const rowsOf = (sequence: string, object: string, ids: string[]) =>
  ids.map((id) => ({ sequence, about: [{ object, id }] }));

/** What starting would do. */
export const previewStart = (run: ObjectDescription, sequence: string, object: string, ids: string[]) =>
  api.previewBulkRecords(run.path, { action: 'create', rows: rowsOf(sequence, object, ids) });

/** Starts a sequence for each of the records: many by a job. */
export async function start(run: ObjectDescription, sequence: string, object: string, ids: string[]) {
  const cause = newCause();
  const rows = rowsOf(sequence, object, ids);
  const answer = await api.bulkRecords(run.path, { action: 'create', rows }, { headers: causedBy(cause) });
  refreshRecords();
  return { cause, answer };
}

/** The open activities that runs created for a record, one of each kind after the other. */
export const openStepsQuery = (kinds: ObjectDescription[], object: string, id: string) =>
  queryOptions({
    queryKey: [...recordKeys.all, 'sequence-steps', object, id],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        kinds.map(async (kind) => {
          const filter = {
            all: [
              { field: 'about', op: 'contains' as const, value: { object, id } },
              { field: 'sequenceRun', op: 'exists' as const },
              { field: 'status', op: 'nin' as const, value: ['Done', 'Cancelled'] },
            ],
          };
          const { data } = await listRecords(kind.path, { filter, limit: MOST }, undefined, signal);
          return data.map((record) => ({ kind, record }));
        }),
      );
      return pages.flat();
    },
  });

import type { Cause } from '@/records/api/undo';
import { queryOptions } from '@tanstack/react-query';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import { createRecords, updateRecords } from '@/records/api/write-record';
import { isReference, type RecordData } from '@/records/object-description';

export const PIPELINES = '/pipelines';
export const STAGES = '/stages';

export interface PipelineWithStages {
  pipeline: RecordData;
  /** In the order in which deals pass through them. */
  stages: RecordData[];
}

const position = (record: RecordData) => Number(record['position'] ?? 0);

async function all(path: string, signal: AbortSignal): Promise<RecordData[]> {
  const records: RecordData[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecords(path, { limit: 200 }, cursor, signal);
    records.push(...page.data);
    cursor = page.page.nextCursor ?? undefined;
  } while (cursor);
  return records;
}

/** Uses the query key of stages. A change of a pipeline refetches every record list anyway. */
export const pipelinesQuery = queryOptions({
  queryKey: [...recordKeys.lists(STAGES), 'by-pipeline'],
  queryFn: async ({ signal }): Promise<PipelineWithStages[]> => {
    const [pipelines, stages] = await Promise.all([all(PIPELINES, signal), all(STAGES, signal)]);
    return pipelines
      .sort((a, b) => position(a) - position(b))
      .map((pipeline) => ({
        pipeline,
        stages: stages
          .filter(({ pipeline: of }) => isReference(of) && of.id === pipeline.id)
          .sort((a, b) => position(a) - position(b)),
      }));
  },
});

/** The initial stages of a new pipeline. Their names are in the user's language. */
const STARTING_STAGES = [
  {
    name: 'prospecting',
    category: 'open',
    probability: 10,
    forecastCategory: 'Pipeline',
    stuckAfterDays: 30,
  },
  { name: 'engaging', category: 'open', probability: 30, forecastCategory: 'Pipeline', stuckAfterDays: 21 },
  { name: 'proposal', category: 'open', probability: 50, forecastCategory: 'Best case', stuckAfterDays: 21 },
  { name: 'negotiation', category: 'open', probability: 70, forecastCategory: 'Commit', stuckAfterDays: 14 },
  { name: 'won', category: 'won', probability: 100, forecastCategory: 'Closed' },
  { name: 'lost', category: 'lost', probability: 0, forecastCategory: 'Omitted' },
] as const;

/**
 * Adds the usual stages to a pipeline, all or none.
 *
 * @param nameOf returns the name of a stage
 */
export async function addStartingStages(pipelineId: string, nameOf: (key: string) => string): Promise<void> {
  const rows = STARTING_STAGES.map((stage, position) => ({
    ...stage,
    name: nameOf(stage.name),
    position,
    pipeline: pipelineId,
  }));
  await createRecords(STAGES, rows);
}

/**
 * Saves the position of every stage of a pipeline, all or none. If two people reorder at the same time, the later order
 * wins.
 *
 * @param stages in their new order
 * @param cause by which it can be undone
 */
export async function saveOrder(stages: RecordData[], cause: Cause): Promise<void> {
  await updateRecords(
    STAGES,
    stages.map(({ id }, position) => ({ id, position })),
    cause,
  );
}

import { queryOptions } from '@tanstack/react-query';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import { createRecords, updateRecords } from '@/records/api/write-record';
import { isReference, type RecordData } from '@/records/object-description';

export const PIPELINES = '/pipelines';
export const STAGES = '/stages';

export interface PipelineWithStages {
  pipeline: RecordData;
  /** In the order deals go through them. */
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

/** Under the key of stages; a change of a pipeline reads every record list again anyway. */
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

/** Shape of the stages a new pipeline begins with; their names come in the person's language. */
const STARTING_STAGES = [
  { name: 'prospecting', category: 'open', probability: 10, forecastCategory: 'Pipeline' },
  { name: 'engaging', category: 'open', probability: 30, forecastCategory: 'Pipeline' },
  { name: 'proposal', category: 'open', probability: 50, forecastCategory: 'Best case' },
  { name: 'negotiation', category: 'open', probability: 70, forecastCategory: 'Commit' },
  { name: 'won', category: 'won', probability: 100, forecastCategory: 'Closed' },
  { name: 'lost', category: 'lost', probability: 0, forecastCategory: 'Omitted' },
] as const;

/**
 * Gives a pipeline the usual stages, all or none.
 *
 * @param nameOf what a stage is called
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
 * Writes the place of every stage of a pipeline, all or none. Of two people who sort at once the later one's order stands.
 *
 * @param stages in the order they are to have
 */
export async function saveOrder(stages: RecordData[]): Promise<void> {
  await updateRecords(
    STAGES,
    stages.map(({ id }, position) => ({ id, position })),
  );
}

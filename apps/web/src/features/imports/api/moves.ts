import type { Move, MovePlan, MovePlanChanges, UndoPreview } from '@pellucid/api-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { postForm } from './imports';

export type { Move, MovePlan, MovePlanChanges };
export type MoveStep = NonNullable<Move['steps']>[number];
export type MoveReport = NonNullable<Move['report']>;
export type PlannedFile = MovePlan['files'][number];
export type PlannedColumn = PlannedFile['columns'][number];

const URL_ROOT = `${API_ROOT}/moves`;
const POLL_MS = 700;

/** Systems that moves come from, by their keys. */
export const SOURCES: Readonly<Record<Move['source'], string>> = {
  salesforce: 'Salesforce',
  hubspot: 'HubSpot',
  espocrm: 'EspoCRM',
  pipedrive: 'Pipedrive',
  twenty: 'Twenty',
};

export const moveKeys = { all: ['moves'] as const, one: (id: string) => ['moves', id] as const };

/** Whether the move or its rollback is at work. */
export const isMoveUnderWay = ({ status }: Pick<Move, 'status'>): boolean =>
  status === 'queued' || status === 'running' || status === 'rolling_back';

/** Uploads files, and plans the move. @param source detected if left out */
export async function planMove(files: readonly File[], source: Move['source'] | undefined): Promise<Move> {
  const form = new FormData();
  if (source) form.append('source', source);
  for (const file of files) form.append('file', file);
  return (await postForm(URL_ROOT, form)) as Move;
}

/** One move, polled while it is under way. */
export function moveQuery(id: string) {
  return queryOptions({
    queryKey: moveKeys.one(id),
    queryFn: async ({ signal }) =>
      (await client.get({ url: `${URL_ROOT}/${id}`, signal })) as unknown as Move,
    refetchInterval: ({ state }) => (state.data && isMoveUnderWay(state.data) ? POLL_MS : false),
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
}

/** The user's moves, newest first. */
export const movesQuery = infiniteQueryOptions({
  queryKey: [...moveKeys.all, 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam, signal }) => {
    const query = { limit: 25, ...(pageParam && { cursor: pageParam }) };
    const answer = await client.get({ url: URL_ROOT, query, signal });
    return answer as unknown as { data: Move[]; page: { nextCursor: string | null } };
  },
  getNextPageParam: (last) => last.page.nextCursor ?? undefined,
});

function taken(move: Move): Move {
  queryClient.setQueryData(moveKeys.one(move.id), move);
  return move;
}

/** Changes the plan of a move. */
export async function changeMove(id: string, changes: MovePlanChanges): Promise<Move> {
  return taken((await client.patch({ url: `${URL_ROOT}/${id}`, body: changes })) as unknown as Move);
}

async function act(id: string, verb: 'start' | 'cancel' | 'rollback'): Promise<Move> {
  const move = (await client.post({ url: `${URL_ROOT}/${id}/${verb}` })) as unknown as Move;
  await queryClient.invalidateQueries({ queryKey: movesQuery.queryKey });
  return taken(move);
}

/** Starts a planned move. Throws ApiProblem with pointers into the plan. */
export const startMove = (id: string): Promise<Move> => act(id, 'start');

/** Stops a move. What is brought stays. */
export const cancelMove = (id: string): Promise<Move> => act(id, 'cancel');

/** Starts to roll a move back. */
export const rollBackMove = (id: string): Promise<Move> => act(id, 'rollback');

/** Returns what rolling a move back would do: everything that it did has its ID as correlation ID. */
export async function previewMoveRollback(id: string): Promise<UndoPreview> {
  const body = { correlationId: id };
  return (await client.post({ url: `${API_ROOT}/undo/preview`, body })) as unknown as UndoPreview;
}

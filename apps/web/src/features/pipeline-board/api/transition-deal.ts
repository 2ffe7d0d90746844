import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { RecordData } from '@/records/object-description';
import { OPPORTUNITIES } from './stage-deals';

/** A step of a deal along its pipeline, as the API takes it. */
export type Transition =
  | { verb: 'move'; body: { stage: string } }
  | { verb: 'win'; body: { closeDate?: string; reason?: string } }
  | { verb: 'lose'; body: { reason: string } }
  | { verb: 'reopen'; body: { stage?: string } };

/** Out: the deal as it stands after the step. Throws ApiProblem, 422 where the stage wants fields filled first. */
export async function transitionDeal(id: string, { verb, body }: Transition): Promise<RecordData> {
  const url = `${API_ROOT}${OPPORTUNITIES}/${id}/${verb}`;
  const headers = { 'Content-Type': 'application/json' };
  return (await client.post({
    url,
    body: body as Record<string, unknown>,
    headers,
  })) as unknown as RecordData;
}

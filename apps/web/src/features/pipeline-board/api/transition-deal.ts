import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { type Cause, causedBy } from '@/records/api/undo';
import type { RecordData } from '@/records/object-description';
import { OPPORTUNITIES } from './stage-deals';

/** A move of a deal in its pipeline, in the API's form. */
export type Transition =
  | { verb: 'move'; body: { stage: string } }
  | { verb: 'win'; body: { closeDate?: string; reason?: string } }
  | { verb: 'lose'; body: { reason: string } }
  | { verb: 'reopen'; body: { stage?: string } };

/** Out: the deal after the move. Throws ApiProblem; 422 if the stage requires fields to be filled first. */
export async function transitionDeal(
  id: string,
  { verb, body }: Transition,
  cause: Cause,
): Promise<RecordData> {
  const url = `${API_ROOT}${OPPORTUNITIES}/${id}/${verb}`;
  const headers = { 'Content-Type': 'application/json', ...causedBy(cause) };
  return (await client.post({
    url,
    body: body as Record<string, unknown>,
    headers,
  })) as unknown as RecordData;
}

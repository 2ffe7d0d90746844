import { client } from '../generated/client.gen.js';
import type { Options } from '../generated/sdk.gen.js';

/** What the API document says about an operation. */
export interface Operation {
  url: string;
  path?: unknown;
}

/** Query, headers and settings of a request. */
export type Given<Of extends Operation> = Omit<Options<Of, true>, 'body' | 'path' | 'url'>;

/**
 * Sends a request. The functions by kind are this one with an address and types.
 * @param url address of the operation in the API document; the compiler compares them
 * @throws what the client's error interceptor makes of a problem
 */
export function send<Of extends Operation, Answer>(
  method: 'get' | 'post' | 'patch' | 'delete',
  url: Of['url'],
  path: { object: string; id?: string },
  given?: Given<Of>,
  body?: unknown,
): Promise<Answer> {
  const answer = client[method]({
    responseStyle: 'data',
    ...given,
    url,
    path: { ...path, object: path.object.slice(1) },
    body,
  });
  return answer as Promise<unknown> as Promise<Answer>;
}

import type { Condition } from '@pellucid/conditions';

/** The state of the board in the URL, so that it can be shared. */
export interface BoardSearch {
  pipeline?: string;
  /** ID of a member. */
  owner?: string;
  q?: string;
  /** ID of the deal that is open beside the board. */
  peek?: string;
}

const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** In: anything from the URL. Out: its valid parts. */
export function readBoardSearch({ pipeline, owner, q, peek }: Record<string, unknown>): BoardSearch {
  return {
    ...(text(pipeline) && { pipeline: text(pipeline) }),
    ...(text(owner) && { owner: text(owner) }),
    ...(text(q).trim() && { q: text(q) }),
    ...(text(peek) && { peek: text(peek) }),
  };
}

/** The condition for the chosen owner. */
export function ownerCondition({ owner }: BoardSearch): Condition | undefined {
  return owner ? { field: 'owner', op: 'eq', value: owner } : undefined;
}

import type { RecordData } from '@/records/object-description';

/** Comments that belong together. */
export interface Thread {
  /** ID of its first comment. */
  id: string;
  /** Its first comment; undefined if that was deleted or isn't loaded. */
  first: RecordData | undefined;
  /** The others, oldest first. */
  replies: RecordData[];
}

const parentOf = (comment: RecordData) => (comment['parent'] as { id: string } | null | undefined)?.id;
const time = (comment: RecordData) => String(comment['createdAt']);

/** In: comments, in any order. Out: their threads, the one that began last first. */
export function threadsOf(comments: RecordData[]): Thread[] {
  const threads = new Map<string, Thread>();
  for (const comment of comments) {
    const id = parentOf(comment) ?? comment.id;
    const thread = threads.get(id) ?? { id, first: undefined, replies: [] };
    threads.set(id, thread);
    if (id === comment.id) thread.first = comment;
    else thread.replies.push(comment);
  }
  for (const { replies } of threads.values()) replies.sort((a, b) => (time(a) < time(b) ? -1 : 1));
  const began = ({ first, replies }: Thread) => time(first ?? replies[0]!);
  return [...threads.values()].sort((a, b) => (began(a) > began(b) ? -1 : 1));
}

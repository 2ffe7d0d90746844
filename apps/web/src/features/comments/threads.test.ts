import { expect, test } from 'vitest';
import type { RecordData } from '@/records/object-description';
import { threadsOf } from './threads';

const comment = (id: string, day: number, parent?: string) =>
  ({
    id,
    createdAt: `2026-03-0${day}`,
    parent: parent ? { id: parent, name: '' } : null,
  }) as unknown as RecordData;
const told = (comments: RecordData[]) =>
  threadsOf(comments).map(({ id, first, replies }) => [id, first?.id, replies.map((reply) => reply.id)]);

test('threads come newest first, and their replies oldest first', () => {
  const comments = [comment('d', 4, 'a'), comment('c', 3), comment('b', 2, 'a'), comment('a', 1)];
  expect(told(comments)).toEqual([
    ['c', 'c', []],
    ['a', 'a', ['b', 'd']],
  ]);
});

test('replies to a comment that is gone stay together', () => {
  expect(told([comment('c', 3, 'gone'), comment('b', 2, 'gone')])).toEqual([['gone', undefined, ['b', 'c']]]);
});

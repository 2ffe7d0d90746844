import { currentContext } from '@pellucid/platform/context';
import type { WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';

/** Verbs of events that say whether a thread is settled. */
const VERBS = new Set(['resolved', 'reopened']);

const isWrite = ({ operation }: WriteBatch) => operation === 'create' || operation === 'update';
const derive = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:comments');

/** When and by whom a thread was resolved, and when its author last changed a text. */
export const commentParticipant: WriteParticipant = {
  name: 'comments',
  objects: ['comment'],
  phase: 'derivations',
  order: 100,
  run(batch) {
    if (!isWrite(batch) || batch.mode === 'undo') return;
    for (const row of batch.rows) {
      if (!row.ok) continue;
      if (row.before && row.changed('body')) derive(row, 'editedAt', batch.now.toISOString());
      if (!isWithheld(batch, row)) deriveResolved(batch, row);
    }
  },
};

/** Refuses changes of texts by others than their authors, threads that move, and threads that are resolved twice. */
export const commentRules: WriteParticipant = {
  name: 'comments.rules',
  objects: ['comment'],
  phase: 'checks',
  order: 100,
  run(batch) {
    if (!isWrite(batch) || batch.asks === 'product' || batch.cascaded || batch.mode === 'merge') return;
    for (const row of batch.rows) if (row.ok) check(batch, row);
  },
};

/** Whether and how a change of a state that the author does not see is refused would reveal it. */
function isWithheld(batch: WriteBatch, row: WriteRow): boolean {
  const isSteered = VERBS.has(batch.verb) || row.given['resolved'] !== undefined;
  return row.before !== null && isSteered && !row.sees('resolved');
}

function deriveResolved(batch: WriteBatch, row: WriteRow): void {
  const before = row.before?.state['resolved'] === true;
  const after = row.after['resolved'] === true;
  if (before === after) return;
  derive(row, 'resolvedAt', after ? batch.now.toISOString() : null);
  derive(row, 'resolvedBy', after ? currentContext().memberId : null);
  if (!row.before) return;
  row.acts = { verb: after ? 'resolve' : 'reopen', field: 'resolved' };
  if (batch.verb === 'updated') row.verb = after ? 'resolved' : 'reopened';
}

/** Whether whoever writes wrote the comment: an undo and a job of theirs count too. */
function isAuthor({ before }: WriteRow): boolean {
  const { actor, memberId } = currentContext();
  const by = before!.createdBy;
  return by.id !== null && [actor.id, actor.onBehalfOf?.id, memberId].includes(by.id);
}

function check(batch: WriteBatch, row: WriteRow): void {
  if (isWithheld(batch, row)) {
    const message = "Your roles don't show you whether this comment is resolved, so you can't change it.";
    if (VERBS.has(batch.verb)) row.fail(403, 'statusWithheld', message);
    else row.refuse('resolved', 'statusWithheld', message);
    return;
  }
  if (row.before && row.asked.has('body') && !isAuthor(row))
    row.fail(403, 'notAuthor', 'Only the author can edit a comment. Write a reply instead.');
  if (row.before && batch.mode === 'normal')
    for (const key of ['about', 'parent'])
      if (row.asked.has(key))
        row.refuse(
          key,
          'commentStays',
          'A comment stays where it was written. Write a new one there instead.',
        );
  checkResolved(batch, row);
}

function checkResolved({ verb, mode }: WriteBatch, row: WriteRow): void {
  const wasResolved = row.before?.state['resolved'] === true;
  if (verb === 'resolved' && wasResolved)
    row.fail(409, 'commentResolved', 'This thread is already resolved.');
  if (verb === 'reopened' && !wasResolved)
    row.fail(409, 'commentOpen', 'This thread is open. You can only reopen a resolved one.');
  const isReply = row.sees('parent') && row.after['parent'] != null;
  if (isReply && row.after['resolved'] === true && row.mayChange('resolved') && mode !== 'undo')
    row.refuse('resolved', 'notThread', 'Only whole threads can be resolved. Resolve the first comment.');
}

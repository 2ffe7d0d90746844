import { isDeepStrictEqual } from 'node:util';
import { AccessDirectory } from '@pellucid/platform/access';
import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import { securityEventStatements } from '@pellucid/platform/records';

/** A change of a rule or territory, for the log. */
export interface LoggedChange {
  object: 'assignmentRule' | 'assignmentTerritory';
  id: string;
  before: object | undefined;
  after: object | undefined;
}

/** Keys that the log leaves out. */
const UNLOGGED = new Set(['id', 'version', 'updatedAt']);

/** Writes statements with the event of their change, and makes every process load the rules anew. */
export async function writeLogged(
  uow: UnitOfWork,
  directory: AccessDirectory,
  statements: Statement[],
  { object, id, before, after }: LoggedChange,
): Promise<void> {
  const valueIn = (of: object | undefined, key: string) => (of as Record<string, unknown> | undefined)?.[key];
  const keys = [...new Set(Object.keys({ ...before, ...after }))].filter(
    (key) => !UNLOGGED.has(key) && !isDeepStrictEqual(valueIn(before, key), valueIn(after, key)),
  );
  const side = (key: string) => ({
    ...(before ? { before: valueIn(before, key) } : {}),
    ...(after ? { after: valueIn(after, key) } : {}),
  });
  await uow.together([
    ...statements,
    ...securityEventStatements([
      {
        verb: `${object}${!before ? 'Created' : after ? 'Changed' : 'Deleted'}`,
        object,
        recordId: id,
        changes: Object.fromEntries(keys.map((key) => [key, side(key)])),
      },
    ]),
  ]);
  await uow.bumpAccessVersion();
  directory.forget(uow.tenantId);
}

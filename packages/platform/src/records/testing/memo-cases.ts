import fc from 'fast-check';
import type { Permission } from '../../access/index.js';
import type { Rights } from './engine-app.js';
import type { StoredFile, StoredMemo, StoredShare } from './memos-world.js';

/** Objects of the cases. */
export type Kind = 'memo' | 'file' | 'account' | 'deal' | 'tag';

/** What decides about a case. Positions refer to the world's lists; the person is the owner at position 0. */
export interface Case {
  roles: Rights[];
  memos: StoredMemo[];
  files: StoredFile[];
  shares: StoredShare[];
  owners: Record<'account' | 'tag' | 'deal', number[]>;
  deleted: Record<'account' | 'tag' | 'deal', number[]>;
}

const owner = fc.integer({ min: 0, max: 3 });
const few = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { maxLength: 2 });
const permission = (object: Kind, action: string, condition?: Permission['condition']) =>
  fc.record({
    object: fc.constant(object as string),
    action: fc.constant(action),
    scope: fc.constantFrom('own' as const, 'own' as const, 'all' as const, 'none' as const),
    ...(condition ? { condition: fc.constantFrom(condition, undefined, undefined) } : {}),
  });
const isOpen = { field: 'kind', op: 'eq', value: 'open' } as const;
const isRetail = { field: 'industry', op: 'eq', value: 'Retail' } as const;
const role: fc.Arbitrary<Rights> = fc.record({
  permissions: fc
    .subarray(
      [
        permission('memo', 'read', isOpen),
        permission('memo', 'update', isOpen),
        permission('memo', 'delete'),
        permission('file', 'read'),
        permission('file', 'update'),
        permission('account', 'read', isRetail),
        permission('deal', 'read'),
        permission('deal', 'update'),
        permission('tag', 'read'),
      ],
      { minLength: 4 },
    )
    .chain((some) => fc.tuple(...some)) as fc.Arbitrary<Permission[]>,
  fields: fc.constantFrom([], [{ object: 'memo', field: 'secret', access: 'mask' as const }]),
});
/** Any case. */
export const someCase: fc.Arbitrary<Case> = fc.record({
  roles: fc.array(role, { minLength: 1, maxLength: 2 }),
  memos: fc.array(
    fc.record({
      owner: fc.option(owner),
      kind: fc.constantFrom('open' as const, 'private' as const, null),
      account: fc.option(fc.integer({ min: 0, max: 7 })),
      tags: few(2),
      about: fc.option(
        fc.record({
          object: fc.constantFrom('account' as const, 'tag' as const),
          at: fc.integer({ min: 0, max: 2 }),
        }),
      ),
      deals: few(1),
    }),
    { minLength: 6, maxLength: 9 },
  ),
  files: fc.array(fc.record({ owner: fc.option(owner), memos: few(5) }), { minLength: 3, maxLength: 4 }),
  shares: fc.array(
    fc.record({
      object: fc.constantFrom(
        'memo' as const,
        'file' as const,
        'account' as const,
        'deal' as const,
        'tag' as const,
      ),
      at: fc.integer({ min: 0, max: 1 }),
      access: fc.constantFrom('read' as const, 'edit' as const),
    }),
    { maxLength: 3 },
  ),
  owners: fc.record({
    account: fc.array(owner, { minLength: 8, maxLength: 8 }),
    tag: fc.array(owner, { minLength: 3, maxLength: 3 }),
    deal: fc.array(owner, { minLength: 2, maxLength: 2 }),
  }),
  deleted: fc.record({ account: few(7), tag: few(2), deal: few(1) }),
});

/** What the rules say, worked out from the case alone: one record at a time, without the engine. */
export function expected(c: Case) {
  const industries = ['Retail', 'Health', null];
  const share = (object: Kind, at: number, action: string) =>
    c.shares
      .filter((s) => s.object === object && s.at === at)
      .slice(0, 1)
      .some((s) => action === 'read' || (action === 'update' && s.access === 'edit'));
  const grants = (object: Kind, action: string) =>
    c.roles.flatMap(({ permissions, fields }) =>
      permissions
        .filter((p) => p.object === object && p.action === action && p.scope !== 'none')
        .map((p) => ({ ...p, fields })),
    );
  const ownerOf = (object: Kind, at: number) =>
    object === 'memo' ? c.memos[at]!.owner : object === 'file' ? c.files[at]!.owner : c.owners[object][at];
  const fits = (p: Permission, object: Kind, at: number) =>
    !p.condition ||
    (object === 'memo' ? c.memos[at]!.kind === 'open' : industries[at % industries.length] === 'Retail');
  const parents = (object: Kind, at: number): [Kind, number, boolean][] => {
    if (object === 'file') return c.files[at]!.memos.map((n) => ['memo', n, true]);
    if (object !== 'memo') return [];
    const { account, about, tags, deals } = c.memos[at]!;
    return [
      ...(account === null ? [] : [['account', account, false] as [Kind, number, boolean]]),
      ...(about ? [[about.object, about.at, false] as [Kind, number, boolean]] : []),
      ...tags.map((n): [Kind, number, boolean] => ['tag', n, false]),
      ...deals.map((n): [Kind, number, boolean] => ['deal', n, true]),
    ];
  };
  const isGone = (object: Kind, at: number) =>
    object !== 'memo' && object !== 'file' && c.deleted[object].includes(at);
  const opened = (object: Kind, at: number, action: string): boolean =>
    (action === 'read' || action === 'update') &&
    parents(object, at).some(
      ([parent, n, isToEdit]) =>
        !isGone(parent, n) &&
        may(parent, n, 'read') &&
        (action === 'read' || (isToEdit && may(parent, n, 'update'))),
    );
  /** The grants that let the person do the action with the record. */
  const admitting = (object: Kind, at: number, action: string) =>
    grants(object, action).filter(
      (p) =>
        share(object, at, action) ||
        (fits(p, object, at) &&
          (p.scope === 'all' || ownerOf(object, at) === 0 || opened(object, at, action))),
    );
  const may = (object: Kind, at: number, action: string): boolean => admitting(object, at, action).length > 0;
  /** Whether the person may also store the record as it is: somebody's policy for changes must hold afterwards. */
  const mayKeep = (object: Kind, at: number): boolean => {
    const all = grants(object, 'update');
    const reaching = all.filter((p) => p.scope === 'all' || ownerOf(object, at) === 0);
    return (reaching.length ? reaching : all).some((p) => fits(p, object, at));
  };
  return { may, admitting, mayKeep };
}

import type { RolePreview } from '@pellucid/api-client';
import { describe, expect, it } from 'vitest';
import { sentencesOf } from './preview-sentences';

type Entry = Omit<RolePreview['members'][number], 'member'>;
const change = (object: string, action: string, given: Partial<Entry['changes'][number]> = {}) => ({
  object,
  action,
  before: true,
  after: true,
  gained: 0,
  lost: 0,
  gainedCapped: false,
  lostCapped: false,
  ...given,
});
const preview = (
  people: Record<string, Partial<Entry>>,
  keys: Record<string, Partial<Entry>> = {},
): RolePreview => {
  const full = (entry: Partial<Entry>): Entry => ({
    changes: [],
    fields: [],
    system: { gained: [], lost: [] },
    ...entry,
  });
  return {
    members: Object.entries(people).map(([name, entry]) => ({ member: { id: name, name }, ...full(entry) })),
    apiKeys: Object.entries(keys).map(([name, entry]) => ({ apiKey: { id: name, name }, ...full(entry) })),
    affected: { members: 0, apiKeys: 0 },
    checked: { members: 0, apiKeys: 0, of: 0 },
    leavesNoAdmin: false,
  };
};

describe('sentences about the effect of a role change', () => {
  it('group people with the same loss, with the fewest and most records, and actions with the same difference', () => {
    const lost = (n: number) => [
      change('opportunity', 'read', { lost: n }),
      change('opportunity', 'update', { lost: n }),
    ];
    expect(sentencesOf(preview({ Ann: { changes: lost(3) }, Ben: { changes: lost(1204) } }))).toEqual([
      {
        kind: 'records',
        tone: 'lose',
        object: 'opportunity',
        actions: ['read', 'update'],
        people: ['Ann', 'Ben'],
        keys: [],
        least: 3,
        most: 1204,
        isCapped: false,
      },
    ]);
  });

  it('put losses first, the largest first, and separate keys from people', () => {
    const sentences = sentencesOf(
      preview(
        {
          Ann: { changes: [change('lead', 'read', { gained: 900 }), change('account', 'read', { lost: 2 })] },
        },
        { Sync: { changes: [change('contact', 'read', { lost: 1000, lostCapped: true })] } },
      ),
    );
    expect(sentences.map((s) => [s.tone, s.kind === 'records' && s.object, s.people, s.keys])).toEqual([
      ['lose', 'contact', [], ['Sync']],
      ['lose', 'account', ['Ann'], []],
      ['gain', 'lead', ['Ann'], []],
    ]);
  });

  it('cover actions without records, fields and company-wide rights', () => {
    const sentences = sentencesOf(
      preview({
        Ann: {
          changes: [
            change('account', 'create', { after: false }),
            change('lead', 'import', { before: false }),
            change('team', 'read'),
          ],
          fields: [
            { object: 'contact', field: 'email', before: 'edit', after: 'mask' },
            { object: 'contact', field: 'phone', before: 'view', after: 'mask' },
            { object: 'contact', field: 'iban', before: 'hidden', after: 'view' },
          ],
          system: { gained: ['viewAudit'], lost: ['manageUsers', 'manageRoles'] },
        },
      }),
    );
    expect(sentences).toMatchObject([
      { kind: 'action', tone: 'lose', object: 'account', actions: ['create'] },
      { kind: 'fields', tone: 'lose', fields: ['email', 'phone'], level: 'mask' },
      { kind: 'system', tone: 'lose', rights: ['manageUsers', 'manageRoles'] },
      { kind: 'action', tone: 'gain', object: 'lead' },
      { kind: 'fields', tone: 'gain', fields: ['iban'] },
      { kind: 'system', tone: 'gain', rights: ['viewAudit'] },
      { kind: 'action', tone: 'differ', object: 'team' },
    ]);
  });
});

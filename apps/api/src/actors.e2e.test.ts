import { type Actor, newContext, runInContext } from '@pellucid/platform/context';
import { RecordService } from '@pellucid/platform/records';
import { expect, test } from 'vitest';
import { dealsStage } from './testing/deals-stage.js';

const stage = dealsStage();

/** How an actor acts, and the name that its work goes by. */
interface Acting {
  actor: Actor;
  memberId: string | null;
  name: string | undefined;
}

const ID = () => crypto.randomUUID();

/** Every kind of actor: with a member's rights, with a key's, and without a member. */
const ACTING: Record<Actor['kind'], () => Promise<Acting>> = {
  member: async () => {
    const { memberId } = stage.company;
    const { body } = await stage.call('GET', `/members/${memberId}`);
    return { actor: { kind: 'member', id: memberId }, memberId, name: body.name };
  },
  apiKey: async () => {
    const { body } = await stage.call('GET', '/roles');
    const admin = body.data.find(({ key }: { key: string }) => key === 'companyAdmin');
    const key = { name: 'Actors', roleId: admin.id };
    const made = await stage.made('/api-keys', key);
    return { actor: { kind: 'apiKey', id: made.id }, memberId: null, name: key.name };
  },
  impersonator: async () => ({
    actor: { kind: 'impersonator', id: ID(), onBehalfOf: { kind: 'member', id: stage.company.memberId } },
    memberId: stage.company.memberId,
    name: undefined,
  }),
  workflow: async () => ({ actor: { kind: 'workflow', id: ID() }, memberId: null, name: undefined }),
  webForm: async () => ({ actor: { kind: 'webForm', id: ID() }, memberId: null, name: undefined }),
  sync: async () => ({ actor: { kind: 'sync', id: ID() }, memberId: null, name: undefined }),
  import: async () => ({ actor: { kind: 'import', id: ID() }, memberId: null, name: undefined }),
  system: async () => ({ actor: { kind: 'system', id: null }, memberId: null, name: undefined }),
};

test.each(Object.keys(ACTING) as Actor['kind'][])(
  'what an actor of kind %s does is written, listed and told as its own',
  async (kind) => {
    const { actor, memberId, name } = await ACTING[kind]();
    const records = stage.api.app.get(RecordService);
    const act = <T>(fn: () => Promise<T>) =>
      runInContext(
        newContext({ correlationId: `actor-${kind}`, tenantId: stage.company.tenantId, actor, memberId }),
        fn,
      );
    const idempotency = { key: ID(), hash: 'the same' };
    const create = () =>
      act(() => records.create('lead', [{ lastName: `By ${kind}` }], { idempotency, present: true }));
    const [created] = await create();
    expect([created!.status, created!.errors, created!.failure]).toEqual(['created', undefined, undefined]);
    expect((await create())[0]).toMatchObject({ id: created!.id, replayed: true });
    const id = created!.id!;
    expect(await act(() => records.update('lead', [{ id, changes: { company: 'Acme' } }]))).toMatchObject([
      { status: 'updated' },
    ]);
    expect(await act(() => records.list('lead', { limit: 1 }))).toMatchObject({ data: [expect.anything()] });

    const author = { kind, id: actor.id, ...(name ? { name } : {}) };
    const { body: listed } = await stage.call('POST', '/leads/query', {
      filter: { field: 'lastName', op: 'eq', value: `By ${kind}` },
    });
    expect(listed.data).toMatchObject([{ id, createdBy: author, updatedBy: author }]);
    expect(listed.data[0].createdBy).toEqual(author);
    // A new record belongs to whoever creates it, if that is a person.
    expect(listed.data[0].owner?.id ?? null).toBe(memberId);

    expect(await act(() => records.remove('lead', [{ id }]))).toMatchObject([{ status: 'deleted' }]);
    const { body: history } = await stage.call('GET', `/leads/${id}/history`);
    expect(history.data.map((e: { verb: string; actor: object }) => [e.verb, e.actor])).toEqual([
      ['deleted', author],
      ['updated', author],
      ['created', author],
    ]);
    const by = actor.id ? `&actor=${actor.id}` : '';
    const { body: audit } = await stage.call('GET', `/audit?object=lead&record=${id}${by}`);
    expect(audit.data.map((e: { verb: string; actor: object }) => [e.verb, e.actor])).toEqual(
      history.data.map((e: { verb: string; actor: object }) => [e.verb, e.actor]),
    );
  },
);

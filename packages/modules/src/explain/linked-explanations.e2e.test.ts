import {
  type Case,
  createMemos,
  type EngineApp,
  type EngineTenant,
  expected,
  type MemosWorld,
  memosWorld,
  sampleDeal,
  sampleDescriptors,
  sampleFile,
  sampleMemo,
  someCase,
  startEngine,
} from '@pellucid/platform/records/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExplainHttpModule } from './http/explain.http-module.js';

let engine: EngineApp;
let world: MemosWorld;

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleDeal, sampleMemo, sampleFile], [ExplainHttpModule]);
  await createMemos(engine);
  world = await memosWorld(engine);
});
afterAll(() => engine.close());

const ask = async (who: EngineTenant, kind: string, query: Record<string, string>) => {
  const answer = await engine.call(who, 'GET', `/access/${kind}?${new URLSearchParams(query)}`);
  return answer.body;
};

test('rights, explanations and lists of viewers agree with what links open', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      const person = await world.person(...c.roles);
      const ids = await world.fill({ person: person.memberId, ...c });
      const { may } = expected(c);
      for (const [object, list] of [
        ['memo', ids.memos],
        ['file', ids.files],
      ] as const)
        for (const [at, record] of list.entries()) {
          const isSeen = may(object, at, 'read');
          const mine = await ask(person, 'rights', { object, record });
          expect(mine.actions?.read ?? false).toBe(isSeen);
          expect(mine.actions?.update ?? false).toBe(isSeen && may(object, at, 'update'));
          for (const action of ['read', 'update', 'delete']) {
            const subject = person.memberId;
            const told = await ask(world.tenant, 'explain', { object, record, action, subject });
            expect(told.allowed, `${object} ${at} ${action}`).toBe(may(object, at, action));
            expect(told.allowed || told.wouldNeed.length > 0 || action === 'delete').toBe(true);
            if (isSeen) {
              const own = await ask(person, 'explain', { object, record, action });
              expect(own.allowed).toBe(told.allowed);
            }
          }
          const viewers = await ask(world.tenant, 'who', { object, record });
          expect(viewers.data.some(({ subject }: any) => subject.id === person.memberId)).toBe(isSeen);
        }
    }),
    { numRuns: 8, seed: 32 },
  );
});

/** One memo of somebody else, about a deal, with a file. */
const CASE: Omit<Case, 'roles'> = {
  memos: [{ owner: 2, kind: null, account: null, tags: [], about: null, deals: [0] }],
  files: [{ owner: 2, memos: [0] }],
  shares: [],
  owners: { account: Array(8).fill(2), tag: [2, 2, 2], deal: [0, 2] },
  deleted: { account: [], tag: [], deal: [] },
};
const may = (object: string, action: string, scope: 'own' | 'all') => ({ object, action, scope });
const reader = [may('memo', 'read', 'own'), may('memo', 'update', 'own'), may('deal', 'read', 'own')];

/** Returns the step about links. */
const linkStep = ({ steps }: any) => steps.find(({ step }: any) => step === 'links');

test('an explanation names the linked record that opens the record, and what is missing for a change', async () => {
  const person = await world.person({ permissions: reader });
  const { memos } = await world.fill({ person: person.memberId, ...CASE });
  const about = { object: 'memo', record: memos[0]! };
  const read = await ask(person, 'explain', { ...about, action: 'read' });
  expect(read.allowed).toBe(true);
  expect(linkStep(read)).toMatchObject({
    outcome: 'yes',
    code: 'linkOpens',
    because: 'The memo is linked to "Deal" (deal), which they can view.',
    source: { kind: 'deal', id: world.deals[0], name: 'Deal' },
  });
  const update = await ask(person, 'explain', { ...about, action: 'update' });
  expect([update.allowed, linkStep(update).code]).toEqual([false, 'linkOpensToRead']);
  expect(update.wouldNeed.map(({ code }: any) => code)).toContain('needsLinked');
  const { data } = await ask(world.tenant, 'who', about);
  const viewer = data.find(({ subject }: any) => subject.id === person.memberId);
  expect(viewer).toMatchObject({ linked: true, shared: false, effect: 'view' });
});

test('an explanation does not tell what a field links to that its reader does not see', async () => {
  for (const access of ['hidden', 'mask'] as const) {
    const person = await world.person({
      permissions: reader,
      fields: [{ object: 'memo', field: 'subjects', access }],
    });
    const answersIf = async (deal: number) => {
      const { memos } = await world.fill({
        person: person.memberId,
        ...CASE,
        memos: [{ ...CASE.memos[0]!, deals: [deal] }],
        owners: { ...CASE.owners, deal: [0, 0] },
      });
      const about = { object: 'memo', record: memos[0]! };
      const answers = [];
      for (const action of ['read', 'update']) {
        const { record: _, ...answer } = await ask(person, 'explain', { ...about, action });
        answers.push(answer);
      }
      return answers;
    };
    const answers = await answersIf(0);
    expect(answers.map((answer) => [answer.allowed, linkStep(answer).code, linkStep(answer).source])).toEqual(
      [
        [true, 'unnamedLinkOpens', null],
        [false, 'unnamedLinkOpensToRead', null],
      ],
    );
    expect(answers[1].wouldNeed.map(({ code }: any) => code)).toContain('needsLinked');
    expect(await answersIf(1)).toEqual(answers);
  }
});

test('actions that links do not give are explained as such', async () => {
  const person = await world.person({ permissions: [...reader, may('memo', 'delete', 'own')] });
  const { memos } = await world.fill({ person: person.memberId, ...CASE });
  const told = await ask(person, 'explain', { object: 'memo', record: memos[0]!, action: 'delete' });
  expect([told.allowed, linkStep(told).code]).toEqual([false, 'linkGivesNot']);
  expect(told.wouldNeed.map(({ code }: any) => code)).not.toContain('needsLinked');
});

test('who does not see the linked record learns nothing of who sees it, by a memo or a file on it', async () => {
  const person = await world.person({ permissions: [...reader, may('file', 'read', 'own')] });
  const asker = await world.person({
    permissions: [
      may('memo', 'read', 'all'),
      may('file', 'read', 'all'),
      may('member', 'read', 'all'),
      may('deal', 'read', 'own'),
    ],
    system: ['manageUsers'],
  });
  const answersIf = async (owner: number) => {
    const owners = { ...CASE.owners, deal: [owner, 2] };
    const { memos, files } = await world.fill({ person: person.memberId, ...CASE, owners });
    const told: unknown[] = [];
    for (const [object, record] of [
      ['memo', memos[0]!],
      ['file', files[0]!],
    ] as const) {
      const subject = person.memberId;
      const { record: _, ...answer } = await ask(asker, 'explain', {
        object,
        record,
        subject,
        action: 'read',
      });
      expect([answer.allowed, linkStep(answer).code]).toEqual([false, 'linkWithheld']);
      expect(answer.wouldNeed).toEqual([]);
      told.push(answer, await ask(asker, 'who', { object, record }));
    }
    return told;
  };
  expect(await answersIf(0)).toEqual(await answersIf(2));
});

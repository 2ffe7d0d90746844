import { expect, test } from 'vitest';
import { may, pointersOf, rolesStage } from './testing/roles-stage.js';

const { as, call, join, made } = rolesStage();

/** All texts in an answer, each with the members that lead to it. */
function textsIn(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => textsIn(part, `${path}/${key}`));
}

/** Members that are for people or name things of another kind, which may have the same name as a field. */
const OTHERS =
  /\/(key|path|label|pluralLabel|section|pii|type|options\/\d+\/value|groupedBy\/\d+|references|linksTo\/\d+)$/;

test('GET /objects names no hidden field in what it says about others', async () => {
  const objects = (await call('GET', '/objects')).body.data;
  const fields: { object: string; field: string }[] = objects.flatMap((object: any) =>
    [...object.fields, ...object.lines, ...object.lines.flatMap((l: any) => l.fields)].map(({ key }) => ({
      object: object.key,
      field: key,
    })),
  );
  const role = await made({ permissions: [may('*', '*')] });
  const who = await join([role.id]);
  let named = 0;
  // Half of the fields at a time: for any two, there is a round that hides the first and shows the second.
  for (let bit = 1; bit < fields.length; bit *= 2)
    for (const side of [0, bit]) {
      const hidden = fields.filter((_, n) => (n & bit) === side);
      const changed = await call('PATCH', `/roles/${role.id}`, {
        fields: hidden.map((f) => ({ ...f, access: 'hidden' })),
      });
      expect(changed.status, JSON.stringify(changed.body)).toBe(200);
      const { data } = (await as(who, 'GET', '/objects')).body;
      const isHidden = (object: string, field: string) =>
        hidden.some((h) => h.object === object && (h.field === field || field.startsWith(`${h.field}.`)));
      const leaks = data.flatMap((object: any) => [
        ...textsIn(object)
          .filter(([path]) => !OTHERS.test(path))
          .filter(([, text]) => isHidden(object.key, text.replace(/^-/, '')))
          .map(([path, text]) => `${object.key}${path}: ${text}`),
        ...[...object.fields, ...object.lines.flatMap((l: any) => l.fields)].flatMap((f: any) => {
          named += ['currencyField', 'comparedBy', 'keptIn', 'defaultFrom'].filter((key) => f[key]).length;
          if (isHidden(object.key, f.key)) return [`${object.key}.${f.key}`];
          const there = objects.find((o: any) => o.key === object.key).fields;
          const target = there.find((other: any) => other.key === f.defaultFrom?.reference)?.references;
          return target && isHidden(target, f.defaultFrom.field) ? [`${target}.${f.defaultFrom.field}`] : [];
        }),
      ]);
      expect(leaks).toEqual([]);
    }
  expect(named).toBeGreaterThan(0);
});

test('a refusal to sort names no hidden field that the asked one is compared by', async () => {
  const sortedWithout = async (access: string) => {
    const fields = [{ object: 'opportunity', field: 'baseAmount', access }];
    const who = await join([(await made({ permissions: [may('*', '*')], fields })).id]);
    const answers = [];
    for (const [method, path, body] of [
      ['GET', '/opportunities?sort=amount'],
      ['POST', '/opportunities/query', { filter: { field: 'amount', op: 'gt', value: '1' } }],
      ['POST', '/opportunities/aggregate', { measures: [{ fn: 'sum', field: 'amount' }] }],
    ] as const)
      answers.push(await as(who, method, path, body));
    return answers;
  };
  for (const answer of await sortedWithout('hidden')) {
    expect([answer.status, pointersOf(answer)?.[0]?.[1]]).toEqual([422, 'fieldNotInClear']);
    expect(JSON.stringify(answer.body)).toContain('amount');
    expect(JSON.stringify(answer.body)).not.toContain('baseAmount');
  }
  for (const answer of await sortedWithout('mask'))
    expect(JSON.stringify(answer.body)).toContain('baseAmount');
});

import { expect, test } from 'vitest';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

/* What imports and their previews do with rows that may be duplicates. */

const stage = importsStage(sharedWorkingApi);
const { call, errorsOf, preview, run } = stage;

const options = {
  object: 'contact',
  mode: 'create',
  mapping: { last: 'lastName', mail: 'email' },
};
const file = (...rows: string[]) => ['last,mail', ...rows].join('\n');

/** Says what the rule about addresses does with imported rows of the company. */
async function setRule(onImport: string): Promise<void> {
  const { data } = (await call('GET', '/duplicate-rules')).body;
  const { id } = data.find(({ objects }: any) => objects.includes('contact'));
  expect((await call('PATCH', `/duplicate-rules/${id}`, { onImport })).status).toBe(200);
}

test('rows that match a record or an earlier row fail with the reason, or are imported if the options allow it', async () => {
  await setRule('warn');
  await run(file('Known,known@one.example'), options);
  const csv = file('Anew,KNOWN@one.example', 'Fresh,fresh@one.example', 'Again,fresh+x@one.example', 'None,');
  const counts = { total: 4, created: 2, failed: 2, duplicates: 2 };
  const tried = await preview(csv, options);
  expect(tried.counts).toMatchObject(counts);
  const done = await run(csv, options);
  expect(done.counts).toMatchObject(counts);
  const errors = await errorsOf(done.id);
  expect(errors).toContain('duplicate of a record that is already there');
  expect(errors).toContain('duplicate of another row of this file');
  const allowed = await run(csv, { ...options, duplicates: 'allow' });
  expect(allowed.counts).toMatchObject({ created: 4, failed: 0, duplicates: 0 });
});

test('a preview finds duplicates of rows in earlier batches, which it has taken back', async () => {
  await setRule('warn');
  const many = Array.from({ length: 1_100 }, (_, n) => `Row ${n},row${n}@two.example`);
  const csv = file(...many, 'Late,row3@two.example', 'Later,row700@two.example');
  const counts = { total: 1_102, created: 1_100, failed: 2, duplicates: 2 };
  const tried = await preview(csv, options);
  expect(tried.counts).toMatchObject(counts);
  const done = await run(csv, { ...options, previewId: tried.id });
  expect(done.counts).toMatchObject(counts);
});

test('rows that a rule blocks are imported only for people with the right to override it', async () => {
  await setRule('block');
  const csv = file('Blocked,blocked@three.example');
  await run(csv, options);
  const refused = await run(csv, options);
  expect(refused.counts).toMatchObject({ created: 0, failed: 1, duplicates: 1 });
  expect(await errorsOf(refused.id)).toContain('blocks duplicates');
  const overridden = await run(csv, { ...options, duplicates: 'allow' });
  expect(overridden.counts).toMatchObject({ created: 1, failed: 0 });
});

test('a rule that leaves imports alone fails no row', async () => {
  await setRule('off');
  const csv = file('Free,free@four.example', 'Free,free@four.example');
  expect((await run(csv, options)).counts).toMatchObject({ created: 2, failed: 0, duplicates: 0 });
});

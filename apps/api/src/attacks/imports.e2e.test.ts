import { randomUUID } from 'node:crypto';
import { type Permission } from '@pellucid/platform/access';
import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestRole } from '../testing/colleagues.js';
import { all, codes, IntruderStage } from '../testing/intruder-stage.js';
import { multipart } from '../testing/seeded-world.js';
import { sharedWorkingApi } from '../testing/worker-in-process.js';

/* Attacks by somebody who knows the API well: uploaded files. */

let stage: IntruderStage;

beforeAll(async () => {
  stage = await IntruderStage.on(await sharedWorkingApi());
});
afterAll(() => stage?.end());

describe('imports', () => {
  const upload = (options: object, content: string) =>
    multipart({ options: JSON.stringify(options) }, 'file.csv', content);
  async function ran(token: string, options: object, content: string): Promise<any> {
    const started = await stage.api.call('POST', '/imports', { token, ...upload(options, content) });
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    return eventually(async () => {
      const { body } = await stage.api.call('GET', `/imports/${started.body.id}`, { token });
      return ['completed', 'failed'].includes(body.status) ? body : undefined;
    });
  }

  test('match keys find nothing out of scope, and cannot be fields that the caller can’t view', async () => {
    const email = `${randomUUID()}@example.com`;
    await stage.asAdmin('POST', '/contacts', { lastName: 'Unseen', email, owner: stage.colleague.memberId });
    const scoped: TestRole = {
      permissions: [
        ...['read', 'create', 'update', 'import'].map(
          (action): Permission => ({ object: 'contact', action, scope: 'own' }),
        ),
      ],
      system: ['manageImports'],
    };
    await stage.wear(scoped);
    const options = { object: 'contact', mapping: { Name: 'lastName', Email: 'email' }, matchBy: ['email'] };
    const file = (to: string) => `Name,Email\nTaken over,${to}\n`;
    const outcomes = [];
    for (const to of [email, `${randomUUID()}@example.com`]) {
      const run = await ran(stage.intruder.token, { ...options, mode: 'update' }, file(to));
      const report = await stage.asIntruder('GET', `/imports/${run.id}/errors.csv`);
      outcomes.push([run.counts.failed, report.body.replaceAll(to, 'address')]);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]![0]).toBe(1);
    await stage.wear({ ...scoped, fields: [{ object: 'contact', field: 'email', access: 'mask' }] });
    const refused = await stage.asIntruder(
      'POST',
      '/imports',
      upload({ ...options, mode: 'upsert' }, file(email)),
    );
    expect(codes(refused)).toMatchObject({ '/options/matchBy/0': 'fieldNotInClear' });
    const inspected = await stage.asIntruder(
      'POST',
      '/imports/inspect',
      upload({ object: 'contact' }, file(email)),
    );
    expect(inspected.body.columns.map((c: { suggestedField?: string }) => c.suggestedField)).not.toContain(
      'email',
    );
  });

  test('lines can be neither matched nor filled by fields that the caller may not see or change', async () => {
    const product = await stage.asAdmin('POST', '/products', { name: `Desk ${randomUUID()}`, price: '5' });
    const externalId = randomUUID();
    const deal = await stage.asAdmin('POST', '/opportunities', {
      externalId,
      lines: [{ product: product.id, quantity: 2 }],
    });
    const options = {
      object: 'opportunity',
      mode: 'update',
      matchBy: ['externalId'],
      mapping: { id: 'externalId', product: 'lines.product', qty: 'lines.quantity' },
    };
    const file = `id,product,qty\n${externalId},${product.name},7\n`;
    const byProduct = { ...options, lines: { lines: { mode: 'match', matchBy: 'lines.product' } } };
    const importing = { permissions: all(), system: ['manageImports'] };
    const rule = (field: string, access: 'view' | 'mask' | 'hidden'): TestRole => ({
      ...importing,
      fields: [{ object: 'opportunity', field, access }],
    });
    const lines = async () =>
      (await stage.asAdmin('GET', `/opportunities/${deal.id}`)).lines.map((l: any) => l.quantity);

    await stage.wear(rule('lines.product', 'mask'));
    const refused = await stage.asIntruder('POST', '/imports', upload(byProduct, file));
    expect(codes(refused)).toMatchObject({ '/options/lines/lines/matchBy': 'fieldNotInClear' });
    for (const [field, access, reason] of [
      ['lines', 'hidden', /let you add, remove or move/],
      ['lines.quantity', 'view', /qty: Your roles don't let you change ""Quantity""/],
    ] as const) {
      await stage.wear(rule(field, access));
      const run = await ran(stage.intruder.token, options, file);
      expect(run.counts).toMatchObject({ updated: 0, failed: 1 });
      expect((await stage.asIntruder('GET', `/imports/${run.id}/errors.csv`)).body).toMatch(reason);
      const inspected = await stage.asIntruder(
        'POST',
        '/imports/inspect',
        upload({ object: 'opportunity' }, `id,lines.product,lines.quantity\n1,a,2\n`),
      );
      expect(inspected.body.columns.map((c: any) => c.suggestedField)).not.toContain('lines.quantity');
    }
    expect(await lines()).toEqual(['2']);
    await stage.wear(importing);
    expect((await ran(stage.intruder.token, byProduct, file)).counts).toMatchObject({ updated: 1 });
    expect(await lines()).toEqual(['7']);
  });

  test('a running import ends when its user loses the right to import, or the right to view its match keys', async () => {
    const importing: TestRole = { permissions: all(), system: ['manageImports'] };
    const total = 15_000;
    const file = `Name,Email\n${Array.from({ length: total }, (_, n) => `Row,row-${n}@example.com`).join('\n')}\n`;
    const options = {
      object: 'contact',
      mode: 'upsert',
      mapping: { Name: 'lastName', Email: 'email' },
      matchBy: ['email'],
    };
    const narrowed: [TestRole, RegExp][] = [
      [
        { ...importing, permissions: all().map((right) => ({ ...right, action: 'update' })) },
        // Between two batches the import itself is refused; within a batch the write is.
        /let you (import|create)/,
      ],
      [{ ...importing, fields: [{ object: 'contact', field: 'email', access: 'mask' }] }, /mask or hide/],
    ];
    for (const [role, reason] of narrowed) {
      await stage.wear(importing);
      await stage.people.settleEverywhere();
      const started = await stage.asIntruder('POST', '/imports', upload(options, file));
      expect(started.status, JSON.stringify(started.body)).toBe(202);
      const run = async () => (await stage.asAdmin('GET', `/imports/${started.body.id}`)) as any;
      await eventually(async () => {
        const { counts } = await run();
        return counts.created + counts.updated + counts.unchanged > 0;
      });
      await stage.wear(role);
      await stage.people.settleEverywhere();
      const ended = await eventually(async () => {
        const found = await run();
        return ['completed', 'failed'].includes(found.status) ? found : undefined;
      });
      expect([ended.status, ended.counts.total]).toEqual(['failed', total]);
      expect(ended.error).toMatch(reason);
      expect(ended.counts.created + ended.counts.updated + ended.counts.unchanged).toBeLessThan(total);
    }
  });

  test('files and reports of others are refused to users who may not view everything they may contain', async () => {
    const run = await ran(
      stage.mine.token,
      { object: 'contact', mode: 'create', mapping: { Name: 'lastName', Email: 'email' } },
      'Name,Email\nSecret,no address\n',
    );
    const { rows } = await stage.people.sql('select file_id from import_run where id = $1', [run.id]);
    const importing: TestRole = { permissions: all(), system: ['manageImports', 'viewAudit'] };
    const reports = ['errors.csv', 'failed-rows'].map((part) => `/imports/${run.id}/${part}`);
    await stage.wear({ ...importing, fields: [{ object: 'contact', field: 'phone', access: 'mask' }] });
    for (const path of reports) expect((await stage.asIntruder('GET', path)).status).toBe(403);
    await stage.wear(importing);
    for (const path of reports)
      expect(JSON.stringify((await stage.asIntruder('GET', path)).body)).toContain('Secret');
    const body = { rows: [{ row: 2, cells: ['Taken', 'over@example.com'] }] };
    expect((await stage.asIntruder('POST', `/imports/${run.id}/retry`, { body })).status).toBe(403);
    await stage.wear({ ...importing, system: ['manageImports'] });
    for (const path of [`/imports/${run.id}`, ...reports])
      expect((await stage.asIntruder('GET', path)).status).toBe(404);
    expect((await stage.asIntruder('POST', `/imports/${run.id}/cancel`)).status).toBe(404);
    expect((await stage.asIntruder('POST', `/imports/${run.id}/retry`, { body })).status).toBe(404);
    const listed = (await stage.asIntruder('GET', '/imports')).body.data;
    expect(listed.filter((each: { id: string }) => each.id === run.id)).toEqual([]);
    const options = { object: 'contact', mode: 'create', mapping: { Name: 'lastName' } };
    for (const path of ['/imports', '/imports/inspect']) {
      const answer = await stage.asIntruder('POST', path, { body: { fileId: rows[0].file_id, options } });
      expect([400, 404, 415, 422], path).toContain(answer.status);
      expect(JSON.stringify(answer.body)).not.toContain('Secret');
    }
  });
});

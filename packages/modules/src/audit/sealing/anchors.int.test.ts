import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestS3, testS3 } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnchorFiles } from './anchor-file.js';
import { AnchorObjects } from './anchor-objects.js';
import type { Anchors } from './anchors.js';
import { anchorsOf } from './anchors-of.js';
import type { Seal } from './seal.js';

/* The contract of anchors, kept in the data folder and in an S3 bucket. */

let folder: string;
let s3: TestS3;
const kinds: Record<string, Anchors> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pellucid-anchors-'));
  s3 = await testS3();
  kinds['data folder'] = await anchorsOf({ PELLUCID_DATA_DIR: folder });
  kinds['S3 bucket'] = await anchorsOf({ PELLUCID_DATA_DIR: join(folder, 'unused'), ...s3.environment });
});
afterAll(async () => {
  await s3?.stop();
  await rm(folder, { recursive: true });
});

function sealOf(tenantId: string, number: number): Seal {
  return {
    tenantId,
    number,
    fromPosition: number * 10 - 9,
    toPosition: number * 10,
    format: 1,
    entries: randomBytes(400),
    root: randomBytes(32),
    prev: randomBytes(32),
    mac: randomBytes(32),
    keyId: 'key',
    sealedAt: '2026-11-29T12:00:00.000Z',
  };
}

test('the configuration chooses', () => {
  expect(kinds['data folder']).toBeInstanceOf(AnchorFiles);
  expect(kinds['S3 bucket']).toBeInstanceOf(AnchorObjects);
});

describe.each(['data folder', 'S3 bucket'])('%s', (name) => {
  const anchors = () => kinds[name]!;

  test('returns what was appended, and the highest number', async () => {
    const tenant = randomUUID();
    expect(await anchors().lastNumber(tenant)).toBe(0);
    expect((await anchors().index(tenant)).places.size).toBe(0);
    const seals = Array.from({ length: 12 }, (_, n) => sealOf(tenant, n + 1));
    for (const seal of seals) {
      await anchors().append(seal);
      expect(await anchors().lastNumber(tenant)).toBe(seal.number);
    }
    const { places, contradictions } = await anchors().index(tenant);
    expect([...places.keys()].sort((a, b) => a - b)).toEqual(seals.map(({ number }) => number));
    expect(contradictions).toEqual([]);
    for (const seal of seals) expect(await anchors().read(tenant, places.get(seal.number))).toEqual(seal);
  });

  test('a seal that is appended twice counts once; another with the same number contradicts it', async () => {
    const tenant = randomUUID();
    const seal = sealOf(tenant, 1);
    await anchors().append(seal);
    await anchors().append(seal);
    expect((await anchors().index(tenant)).contradictions).toEqual([]);
    await anchors().append(sealOf(tenant, 1));
    expect((await anchors().index(tenant)).contradictions).toEqual([1]);
    expect(await anchors().lastNumber(tenant)).toBe(1);
  });

  test('tenants are apart, and found by their anchors', async () => {
    const [one, other] = [randomUUID(), randomUUID()].sort() as [string, string];
    await anchors().append(sealOf(one, 7));
    await anchors().append(sealOf(other, 3));
    expect([await anchors().lastNumber(one), await anchors().lastNumber(other)]).toEqual([7, 3]);
    expect(await anchors().tenants()).toEqual(expect.arrayContaining([one, other]));
    await expect(async () => anchors().lastNumber('../x')).rejects.toThrow(RangeError);
  });
});

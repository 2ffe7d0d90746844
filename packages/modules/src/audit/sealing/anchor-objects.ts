import { createHash } from 'node:crypto';
import { isUuid } from '@pellucid/platform/context';
import type { TextObjects } from '@pellucid/platform/storage';
import { type AnchorIndex, type Anchors, lineOf, sealOf } from './anchors.js';
import type { Seal } from './seal.js';

/** Names count down from here, so that the newest seal's is the first. */
const TOP = 999_999_999_999;
const NAME = /^[0-9a-f-]{36}\/(\d{12})-[0-9a-f]{64}\.json$/;

/**
 * Anchors as objects, one per seal: `<tenant>/<number>-<hash of the content>.json`. An object with other content has another
 * name, so an anchor cannot be replaced without a trace where objects can only be added.
 */
export class AnchorObjects implements Anchors<string> {
  constructor(private readonly objects: TextObjects) {}

  async tenants(): Promise<string[]> {
    return (await this.objects.folders()).filter(isUuid);
  }

  async append(seal: Seal): Promise<void> {
    const line = lineOf(seal);
    const number = String(TOP - seal.number).padStart(12, '0');
    const hash = createHash('sha256').update(line).digest('hex');
    await this.objects.put(`${prefixOf(seal.tenantId)}${number}-${hash}.json`, line);
  }

  async lastNumber(tenantId: string): Promise<number> {
    const name = await this.objects.first(prefixOf(tenantId));
    return name === undefined ? 0 : (numberOf(name) ?? 0);
  }

  async index(tenantId: string): Promise<AnchorIndex<string>> {
    const places = new Map<number, string>();
    const contradictions: number[] = [];
    for await (const name of this.objects.list(prefixOf(tenantId))) {
      const number = numberOf(name);
      if (number === undefined) continue;
      if (places.has(number)) contradictions.push(number);
      else places.set(number, name);
    }
    return { places, contradictions };
  }

  async read(_tenantId: string, name: string): Promise<Seal | undefined> {
    const text = await this.objects.get(name);
    return text === undefined ? undefined : sealOf(text);
  }
}

/** @throws RangeError for an invalid id */
function prefixOf(tenantId: string): string {
  if (!isUuid(tenantId)) throw new RangeError('no id of a tenant');
  return `${tenantId}/`;
}

function numberOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : TOP - Number(digits);
}

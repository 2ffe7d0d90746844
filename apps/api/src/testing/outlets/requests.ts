import { inflateRawSync } from 'node:zlib';
import { type EndpointSpec, type SampleWorld } from '@pellucid/platform/http';
import { type CanaryWorld } from '../canaries.js';

export const parameters = (spec: EndpointSpec) => [...spec.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!);

/** Path and query of an endpoint with the IDs of a world. */
export function addressOf(spec: EndpointSpec, ids: SampleWorld, more: Record<string, string> = {}): string {
  const sample = spec.sample?.(ids) ?? {};
  const path = spec.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(sample.params?.[name] ?? 'none'),
  );
  const query = new URLSearchParams({ ...sample.query, ...more }).toString();
  return `${spec.operational ? '' : '/api/v1'}${path}${query ? `?${query}` : ''}`;
}

export const isRecordRoute = (end: string) => (spec: EndpointSpec) => spec.path.endsWith(end);
export const operations = (...names: string[]) => {
  const set = new Set(names);
  return (spec: EndpointSpec) => set.has(spec.operationId);
};
/** An object of the company. */
export const objectOf = (world: CanaryWorld, key: string) =>
  world.objects.find((object) => object.key === key)!;
/** A period that holds everything that a test does. */
export const EVER = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'] as const;

/** The text of the sheet in a workbook that we made: its last entry, which is deflated. */
export function textsIn(workbook: Buffer): string {
  const at = workbook.lastIndexOf('xl/worksheets/sheet1.xml', workbook.indexOf('PK\u0001\u0002'));
  return inflateRawSync(workbook.subarray(at + 'xl/worksheets/sheet1.xml'.length)).toString('utf8');
}

import { FEATURE_OUTLETS } from './feature-outlets.js';
import { RECORD_OUTLETS } from './record-outlets.js';
import { type EndpointSpec, EndpointRegistry } from '@pellucid/platform/http';
import type { TestApi } from '../api-process.js';
import type { Outlet } from './outlet.types.js';
import { EXEMPT } from './exempt.js';
import { parameters } from './requests.js';

export { EXEMPT } from './exempt.js';
export type { Outlet, Output, Visit } from './outlet.types.js';

/** All outlets. */
export const OUTLETS: Outlet[] = [...RECORD_OUTLETS, ...FEATURE_OUTLETS];

/** Routes of the document that no outlet visits and no reason excuses, and excuses that no route needs any more. */
export function unvisited(specs: EndpointSpec[]): string[] {
  const visited = (spec: EndpointSpec) => OUTLETS.some((outlet) => outlet.covers(spec));
  const names = new Set(specs.map((s) => s.operationId));
  return [
    ...specs
      .filter((spec) => !visited(spec) && !(spec.operationId in EXEMPT))
      .map(
        (s) =>
          `${s.method.toUpperCase()} ${s.path} (${s.operationId}) is visited by no outlet. Mend: register it in an outlet, or write down under EXEMPT why nothing can come out of it.`,
      ),
    ...specs
      .filter(
        (spec) =>
          spec.method === 'get' &&
          parameters(spec).some(
            (p) => !spec.sample?.({})?.params || !(p in (spec.sample?.({})?.params ?? {})),
          ),
      )
      .map((s) => `GET ${s.path} has no sample parameters, so that the sweep cannot visit it`),
    ...Object.keys(EXEMPT)
      .filter((name) => !names.has(name))
      .map((name) => `${name} is excused from the sweep, but there is no such endpoint`),
  ];
}

/** All endpoints of the OpenAPI document. */
export const endpointsOf = (api: TestApi): EndpointSpec[] => api.app.get(EndpointRegistry).all();

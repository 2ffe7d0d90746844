import type { EndpointSpec } from '@pellucid/platform/http';
import type { ApiAnswer, TestApi } from '../api-process.js';
import type { Canary, CanaryWorld, Viewer } from '../canaries.js';

/** Something that the product put out. */
export interface Output {
  /** Its source, so that a finding can be reproduced. */
  from: string;
  text: string;
}

/** What an outlet gets when it is visited. */
export interface Visit {
  api: TestApi;
  world: CanaryWorld;
  viewer: Viewer;
  specs: EndpointSpec[];
  /** Sends a request as the viewer and collects the output. */
  ask(
    method: string,
    path: string,
    call?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<ApiAnswer>;
  /** Collects output that is no answer to a request. */
  collect(output: Output): void;
}

/**
 * A way by which content leaves the product. Every route of the OpenAPI document belongs to one. Later ones (exports,
 * search, webhooks) must too.
 */
export interface Outlet {
  name: string;
  /** Whether it visits the endpoint. */
  covers(spec: EndpointSpec): boolean;
  visit(visit: Visit): Promise<void>;
  /** Why an administrator finds no canary here. Without it the sweep requires one, to prove that it looks. */
  silent?: string;
  /** Whether the viewer may be told more here than they otherwise see: masked values, on demand. */
  tells?(viewer: Viewer, canary: Canary): boolean;
}

import { AsyncLocalStorage } from 'node:async_hooks';

/** Who does something. Stored on records and events as kind and id, never as a foreign key. */
export interface Actor {
  kind: 'member' | 'apiKey' | 'workflow' | 'import' | 'system' | 'impersonator';
  id: string | null;
  /** The one in whose name the actor acts, e.g. the member an import runs for. */
  onBehalfOf?: { kind: Actor['kind']; id: string };
}

/** What made a change happen. */
export interface Cause {
  kind: 'request' | 'import' | 'bulk' | 'workflow' | 'undo' | 'job' | 'system' | 'seed';
  id: string | null;
  /** Version of the rule or template, where the cause has versions. */
  version?: number;
}

/** The far end of a request. */
export interface Origin {
  ip: string;
  userAgent: string;
}

/** Everything a piece of work knows about where it comes from. One per request or job. */
export interface WorkContext {
  tenantId: string | null;
  actor: Actor;
  /** The person whose rights hold. Equal to the actor's id for members; the run-as member for jobs. */
  memberId: string | null;
  identityId: string | null;
  sessionId: string | null;
  correlationId: string;
  /** The event or job that led here. */
  causationId: string | null;
  cause: Cause;
  /** Length of the causation chain; guards against loops. */
  depth: number;
  /** Consumers that must not react to what is written here, e.g. `workflow` in a silent import. */
  suppress: string[];
  /** Access version of the tenant as the database reported it last in this context. */
  observedAccessVersion: string | null;
  /** Round trips to the database so far. */
  roundTrips: number;
  /** Id of the role through whose eyes the member looks; such requests read only. */
  viewAs: string | null;
  /** Whether the company asks for a second factor that the session has not proven: nothing but adding one is open to it. */
  secondFactorPending: boolean;
  /** Language of whoever asks; texts of descriptions and messages follow it. */
  language: 'en' | 'de';
  /** Where a request came from; null for work of the product itself. Stands on every event. */
  origin: Origin | null;
  /** Route template or job name, for log lines. */
  route?: string;
}

const storage = new AsyncLocalStorage<WorkContext>();

/** Thrown where work needs a tenant (or any context) and none is bound: fail closed. */
export class NoContextError extends Error {
  override name = 'NoContextError';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a UUID in lower-case canonical form. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** A context with defaults for what is not given. */
export function newContext(given: Partial<WorkContext> & { correlationId: string }): WorkContext {
  return {
    tenantId: null,
    actor: { kind: 'system', id: null },
    memberId: null,
    identityId: null,
    sessionId: null,
    causationId: null,
    cause: { kind: 'request', id: null },
    depth: 0,
    suppress: [],
    observedAccessVersion: null,
    roundTrips: 0,
    viewAs: null,
    secondFactorPending: false,
    language: 'en',
    origin: null,
    ...given,
  };
}

/** Runs the function, and everything it awaits, inside the context. */
export function runInContext<T>(context: WorkContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** The context, or undefined outside of any. */
export function contextOrUndefined(): WorkContext | undefined {
  return storage.getStore();
}

/** The context. @throws NoContextError outside of any */
export function currentContext(): WorkContext {
  const context = storage.getStore();
  if (!context) throw new NoContextError('no work context is bound: run this inside runInContext');
  return context;
}

/** The tenant of the context. @throws NoContextError when none is bound or it is no UUID */
export function requireTenant(): string {
  const tenantId = storage.getStore()?.tenantId;
  if (!isUuid(tenantId)) throw new NoContextError('no tenant in the work context');
  return tenantId;
}

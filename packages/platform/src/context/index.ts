import { AsyncLocalStorage } from 'node:async_hooks';

/** Who does something. Records and events store kind and id, never a foreign key. */
export interface Actor {
  kind: 'member' | 'apiKey' | 'workflow' | 'webForm' | 'sync' | 'import' | 'system' | 'impersonator';
  id: string | null;
  /** On whose behalf the actor acts, e.g. the member that an import runs for. */
  onBehalfOf?: { kind: Actor['kind']; id: string };
}

/** Kinds of actors that may act without a member: whoever set them up was asked for the rights then. */
const UNATTENDED: ReadonlySet<Actor['kind']> = new Set(['system', 'workflow', 'webForm', 'sync', 'import']);

/** Whether nobody's rights apply, because the product acts by itself or by what the company has set up. */
export function isUnattended({ actor, memberId }: Pick<WorkContext, 'actor' | 'memberId'>): boolean {
  return memberId === null && UNATTENDED.has(actor.kind);
}

/** What caused a change. */
export interface Cause {
  kind: 'request' | 'import' | 'bulk' | 'workflow' | 'undo' | 'merge' | 'job' | 'system' | 'seed';
  id: string | null;
  /** Version of the rule or template, if the cause has versions. */
  version?: number;
}

/** Where a request comes from. */
export interface Origin {
  ip: string;
  userAgent: string;
}

/**
 * Everything that a request or job carries along: whose it is, what caused it, and how it is traced. One per request or
 * job.
 */
export interface WorkContext {
  tenantId: string | null;
  actor: Actor;
  /** The member whose rights apply. Equal to the actor's id for members; the run-as member for jobs. */
  memberId: string | null;
  identityId: string | null;
  sessionId: string | null;
  correlationId: string;
  /** The event or job that caused this work. */
  causationId: string | null;
  cause: Cause;
  /** Length of the causation chain; guards against loops. */
  depth: number;
  /** Consumers that must not react to what is written here, e.g. `workflow` in a silent import. */
  suppress: string[];
  /** The tenant's access version that the database last returned in this context. */
  observedAccessVersion: string | null;
  /** Round trips to the database so far. */
  roundTrips: number;
  /** Id of the role that the member views the product as; such requests are read-only. */
  viewAs: string | null;
  /** Whether the company requires a second factor that the session has not proven. Such a session may only add one. */
  secondFactorPending: boolean;
  /** Language of the caller, used for messages and for the texts of descriptions. */
  language: 'en' | 'de';
  /** Where the request came from; null for work of the product itself. Every event records it. */
  origin: Origin | null;
  /** Route template or job name, for log lines. */
  route?: string;
}

const storage = new AsyncLocalStorage<WorkContext>();

/** Thrown when work needs a tenant (or any context) and none is bound: fails closed. */
export class NoContextError extends Error {
  override name = 'NoContextError';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a UUID in lower-case canonical form. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** Creates a context, with defaults for what is left out. */
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

/** Names of the consumers that act on changes beyond the records themselves: what people mean by "silent". */
export const SIDE_EFFECTS: readonly string[] = ['workflow', 'notification'];

/**
 * Runs the function so that nothing written in it starts workflows or notifies people, now or in the jobs that it enqueues.
 * Every event says so in `suppress`. Search, live updates and the log follow as always.
 */
export function silently<T>(fn: () => T): T {
  const context = currentContext();
  const suppress = [...new Set([...context.suppress, ...SIDE_EFFECTS])];
  return storage.run({ ...context, suppress }, fn);
}

/** Returns the bound context, or undefined when there is none. */
export function contextOrUndefined(): WorkContext | undefined {
  return storage.getStore();
}

/** Returns the bound context. @throws NoContextError when there is none */
export function currentContext(): WorkContext {
  const context = storage.getStore();
  if (!context) throw new NoContextError('no work context is bound: run this inside runInContext');
  return context;
}

/** Returns the id of the context's tenant. @throws NoContextError when none is bound or it is not a UUID */
export function requireTenant(): string {
  const tenantId = storage.getStore()?.tenantId;
  if (!isUuid(tenantId)) throw new NoContextError('no tenant in the work context');
  return tenantId;
}

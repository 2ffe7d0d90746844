import type { z } from 'zod';
import type { Actor, Cause } from '../context/index.js';
import type { TraceCarrier } from '../observability/index.js';
import type { Backoff } from './job-error.js';

/**
 * What both sides of a queue agree on. Declare it with {@link defineJob} in a file of its own, apart from the handler.
 */
export interface JobContract<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** Shape of the payload: ids and options, never record content. */
  readonly schema: Schema;
  /** Maximum number of attempts before the job becomes a dead letter. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Timeout for one attempt in milliseconds. */
  readonly timeoutMs: number;
}

/** What a handler of the contract receives. */
export type JobPayload<Contract extends JobContract> = z.output<Contract['schema']>;

/** The content of the payload column: the payload and on whose behalf the job runs. */
export interface JobEnvelope {
  data: unknown;
  runAs: {
    actor: Actor;
    memberId: string | null;
    identityId: string | null;
    cause: Cause | null;
    causationId: string | null;
    depth: number;
    suppress: string[];
  };
  /** The trace that the job was enqueued in. */
  _trace?: TraceCarrier | undefined;
  /** Number of attempts that do not count: those before a replay, and those ended by a shutdown. */
  _attemptsBefore?: number;
  /** Since when no worker has had a handler for it (ISO 8601), and the last attempt at which that was so. */
  _unknown?: { since: string; attempt: number };
}

/** The options of a contract; most have defaults. */
export type JobOptions<Schema extends z.ZodType> = { name: string; schema: Schema } & Partial<
  Omit<JobContract, 'name' | 'schema'>
>;

const NAME = /^[a-z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+)*$/;
const contracts = new Map<string, JobContract>();

/** Creates a contract that start-up does not check, for names that are made at run time. */
export function jobContract<Schema extends z.ZodType>(options: JobOptions<Schema>): JobContract<Schema> {
  return Object.freeze({
    attempts: 5,
    backoff: { firstMs: 1_000, maxMs: 300_000 },
    timeoutMs: 600_000,
    ...options,
  });
}

/**
 * Declares a job. A worker that has the contract refuses to start without exactly one handler for it.
 * @param options.name `<domain>.<job>`, e.g. `imports.run`
 * @throws Error when the name is malformed or already taken
 */
export function defineJob<Schema extends z.ZodType>(options: JobOptions<Schema>): JobContract<Schema> {
  const contract = jobContract(options);
  if (!NAME.test(contract.name)) throw new Error(`"${contract.name}" is no job name: write e.g. imports.run`);
  if (contracts.has(contract.name)) throw new Error(`two jobs are named "${contract.name}": rename one`);
  contracts.set(contract.name, contract);
  return contract;
}

/** All contracts of this process. */
export function definedJobs(): JobContract[] {
  return [...contracts.values()];
}

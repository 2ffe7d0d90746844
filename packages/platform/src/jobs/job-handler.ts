import { Injectable, SetMetadata } from '@nestjs/common';
import type { UnitOfWork } from '../db/index.js';
import type { JobContract, JobPayload } from './job-contract.js';

/** The current attempt of a handler. The work context (tenant, actor, correlation) is bound around it. */
export interface JobRun {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  /** Aborts when the job is cancelled, its lease is lost, it times out or the worker shuts down. */
  readonly signal: AbortSignal;
  /**
   * Whether the handler should stop as soon as its work is in a consistent state. Costs nothing. A handler that returns
   * after having been told to stop runs again later (unless the job was cancelled or completed with `completeIn`).
   */
  shouldStop(): boolean;
  /** Checks with the database whether to go on, and extends the lease. One round trip. @throws JobStoppedError */
  checkpoint(): Promise<void>;
  /**
   * Locks the job's row until the unit of work ends, so that only the current owner writes: a worker that was frozen
   * past its lease cannot write alongside its successor.
   * @returns the cursor that the last committed batch left; null before the first one
   * @throws JobStoppedError
   */
  guard(uow: UnitOfWork): Promise<unknown>;
  /**
   * Notes where the next batch starts, in the same transaction as the batch. See {@link JobBatches}.
   * @throws JobStoppedError when another worker owns the job by now
   */
  moveTo(uow: UnitOfWork, cursor: unknown): Promise<void>;
  /**
   * Completes the job in the same transaction as its effect, so that kill -9 at any moment neither loses nor repeats
   * it. Without it, the effect must be idempotent.
   * @throws JobStoppedError when another worker owns the job by now
   */
  completeIn(uow: UnitOfWork): Promise<void>;
}

/**
 * Does the work of one contract. Throw {@link PermanentError} or {@link TransientError} to say whether a retry can
 * succeed.
 */
export interface JobHandling<Contract extends JobContract = JobContract> {
  handle(payload: JobPayload<Contract>, run: JobRun): Promise<void>;
}

/** @internal */
export const JOB_HANDLER = 'pellucid:job-handler';

/** Marks a provider as the handler of a contract; the worker's JobsModule finds it. */
export function JobHandler(contract: JobContract): ClassDecorator {
  return (target) => {
    Injectable()(target);
    SetMetadata(JOB_HANDLER, contract)(target);
  };
}

/** Thrown at start-up; the message names each contract that has no handler or more than one. */
export class JobHandlerError extends Error {
  override name = 'JobHandlerError';
}

/** The handlers of this process by contract. */
export class JobHandlerRegistry {
  private readonly handlers = new Map<string, { contract: JobContract; handlers: JobHandling<any>[] }>();

  /** Adds a handler. {@link check} reports a second one for the same contract. */
  register<Contract extends JobContract>(contract: Contract, handler: JobHandling<Contract>): void {
    const entry = this.handlers.get(contract.name) ?? { contract, handlers: [] };
    entry.handlers.push(handler);
    this.handlers.set(contract.name, entry);
  }

  find(name: string): { contract: JobContract; handler: JobHandling } | undefined {
    const entry = this.handlers.get(name);
    return entry && { contract: entry.contract, handler: entry.handlers[0]! };
  }

  /** Returns the maximum number of attempts of each known job. */
  limits(): { name: string; attempts: number }[] {
    return [...this.handlers].map(([name, { contract }]) => ({ name, attempts: contract.attempts }));
  }

  /** Checks the handlers. @throws JobHandlerError unless each contract has exactly one handler */
  check(contracts: JobContract[]): void {
    const missing = contracts.filter(({ name }) => !this.handlers.has(name)).map(({ name }) => name);
    const doubled = [...this.handlers].filter(([, entry]) => entry.handlers.length > 1).map(([name]) => name);
    const sentences = [
      missing.length > 0 &&
        `no handler for ${missing.join(', ')}: mark a provider of the worker with @JobHandler(contract)`,
      doubled.length > 0 && `more than one handler for ${doubled.join(', ')}: keep one`,
    ].filter(Boolean);
    if (sentences.length > 0) throw new JobHandlerError(sentences.join('; '));
  }
}

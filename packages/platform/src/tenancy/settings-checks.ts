import { Injectable } from '@nestjs/common';
import type { TenantSettings } from '../access/index.js';
import type { UnitOfWork } from '../db/unit-of-work.js';
import type { FieldProblem } from '../errors/index.js';

/**
 * Lets a module object to a change of the tenant's settings, e.g. of the base currency once amounts have been
 * converted.
 */
export interface SettingsCheck {
  name: string;
  /** Runs in the transaction of the change. @returns the objections; empty when there are none */
  check(uow: UnitOfWork, before: TenantSettings, after: TenantSettings): Promise<FieldProblem[]>;
}

/** The checks that modules register at start-up. */
@Injectable()
export class SettingsChecks {
  private readonly registered = new Map<string, SettingsCheck>();

  /** Adds a check. @throws Error when a check with this name exists */
  register(check: SettingsCheck): void {
    if (this.registered.has(check.name))
      throw new Error(`the settings check "${check.name}" is registered twice`);
    this.registered.set(check.name, check);
  }

  /** Returns all objections to the change. @param settled name of a check that the change itself takes care of */
  async run(
    uow: UnitOfWork,
    before: TenantSettings,
    after: TenantSettings,
    settled?: string,
  ): Promise<FieldProblem[]> {
    const problems: FieldProblem[] = [];
    for (const check of this.registered.values())
      if (check.name !== settled) problems.push(...(await check.check(uow, before, after)));
    return problems;
  }
}

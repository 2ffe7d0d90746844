import { Injectable } from '@nestjs/common';
import type { TenantSettings } from '../access/index.js';
import type { UnitOfWork } from '../db/unit-of-work.js';
import type { FieldProblem } from '../errors/index.js';

/** A module's say in a change of the tenant's settings, e.g. no other base currency once amounts are converted to it. */
export interface SettingsCheck {
  name: string;
  /** Runs in the transaction of the change. @returns what stands against it; empty when nothing does */
  check(uow: UnitOfWork, before: TenantSettings, after: TenantSettings): Promise<FieldProblem[]>;
}

/** The checks that modules put in at start-up. */
@Injectable()
export class SettingsChecks {
  private readonly registered = new Map<string, SettingsCheck>();

  /** @throws Error when a check of that name is there already */
  register(check: SettingsCheck): void {
    if (this.registered.has(check.name))
      throw new Error(`the settings check "${check.name}" is registered twice`);
    this.registered.set(check.name, check);
  }

  /** Everything that stands against the change. @param settled name of a check that the change itself takes care of */
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

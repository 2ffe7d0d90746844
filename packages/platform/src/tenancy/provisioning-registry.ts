import { Injectable } from '@nestjs/common';
import type { UnitOfWork } from '../db/unit-of-work.js';

/** The tenant that is being created, as far as its steps need to know it. */
export interface NewTenant {
  id: string;
  companyName: string;
  subdomain: string;
  zone: string;
  locale: string;
  baseCurrency: string;
}

/** Creates what a module provides for every new tenant, e.g. a default pipeline. */
export interface ProvisioningStep {
  name: string;
  /** Lower runs first. The legal entity and the first member exist before any step. */
  order: number;
  /** Runs in the transaction that creates the tenant: if it throws, the tenant is not created. */
  run(uow: UnitOfWork, tenant: NewTenant): Promise<void>;
}

/** The steps that modules register at start-up. The tenancy module runs them without knowing the modules. */
@Injectable()
export class ProvisioningRegistry {
  private readonly registered = new Map<string, ProvisioningStep>();

  /** Adds a step. @throws Error when a step with this name exists */
  register(step: ProvisioningStep): void {
    if (this.registered.has(step.name))
      throw new Error(`the provisioning step "${step.name}" is registered twice`);
    this.registered.set(step.name, step);
  }

  /**
   * Returns all steps in the order in which they run. Equal orders are sorted by name, so that the order never depends
   * on the module list.
   */
  steps(): ProvisioningStep[] {
    return [...this.registered.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  }
}

import { Injectable } from '@nestjs/common';
import type { UnitOfWork } from '../db/unit-of-work.js';

/** The tenant that is being made, as far as its steps need to know it. */
export interface NewTenant {
  id: string;
  companyName: string;
  subdomain: string;
  zone: string;
  locale: string;
  baseCurrency: string;
}

/** What a module gives every new tenant: its default pipeline, say. */
export interface ProvisioningStep {
  name: string;
  /** Lower runs earlier. The legal entity and the first member are there before any step. */
  order: number;
  /** Runs in the transaction that makes the tenant: when it throws, there is no tenant. */
  run(uow: UnitOfWork, tenant: NewTenant): Promise<void>;
}

/** The steps that modules put in at start-up; tenancy runs them without knowing the modules. */
@Injectable()
export class ProvisioningRegistry {
  private readonly registered = new Map<string, ProvisioningStep>();

  /** @throws Error when a step of that name is there already */
  register(step: ProvisioningStep): void {
    if (this.registered.has(step.name))
      throw new Error(`the provisioning step "${step.name}" is registered twice`);
    this.registered.set(step.name, step);
  }

  /** All steps in the order they run; equal orders go by name, so that the order never depends on the module list. */
  steps(): ProvisioningStep[] {
    return [...this.registered.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  }
}

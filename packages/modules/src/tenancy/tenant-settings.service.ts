import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { ProblemError, unprocessable } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import { type FieldChange, securityEventStatements, textFormOf } from '@pellucid/platform/records';
import { SettingsChecks } from '@pellucid/platform/tenancy';
import { restateTextsJob } from './jobs/restate-texts.job.js';
import type { SettingsChange, SettingsRow } from './tenant-settings.schema.js';
import { TenantsRepository } from './tenants.repository.js';

/** Milliseconds after which every replica uses changed settings. */
const REPLICAS_KNOW_MS = 2_000;

/** What a module does together with a change of settings, in the same transaction. */
export interface AlongWithSettings {
  /** Name of the check whose objection this resolves. */
  settles: string;
  /** Runs while the settings are locked against other writers. */
  apply(uow: UnitOfWork, before: SettingsRow, after: SettingsRow): Promise<void>;
}

/** The settings that a tenant may change. */
@Injectable()
export class TenantSettingsService {
  constructor(
    @Inject(TenantsRepository) private readonly tenants: TenantsRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(SettingsChecks) private readonly checks: SettingsChecks,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  get(): Promise<SettingsRow> {
    return this.tenants.settings();
  }

  /**
   * Changes settings; what is left out stays as it is.
   * @param ifMatch version that the caller read, from If-Match; by default the current one
   * @param along what a module does in the same transaction
   * @throws ProblemError 412 when the settings have changed since, including the caller's fields; 422 when a module
   *   objects
   */
  async change(
    change: SettingsChange,
    ifMatch: number | null,
    along?: AlongWithSettings,
  ): Promise<SettingsRow> {
    const { tenantId, row } = await this.work.run(async (uow) => {
      const before = await this.tenants.settingsForUpdate(uow);
      if (ifMatch !== null && ifMatch !== before.version)
        throw new ProblemError(
          412,
          'versionConflict',
          'Changed in the meantime',
          'Someone else changed the settings. Reload them and repeat your change.',
          { current: before, yours: change },
        );
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const next = { ...before, ...given };
      if (JSON.stringify(next) === JSON.stringify(before)) return { tenantId: uow.tenantId, row: before };
      const problems = await this.checks.run(uow, before, next, along?.settles);
      if (problems.length) throw unprocessable(problems);
      await this.tenants.saveSettings(uow, next);
      await along?.apply(uow, before, next);
      await uow.together(
        securityEventStatements([
          {
            verb: 'settingsChanged',
            object: 'tenant',
            recordId: uow.tenantId,
            changes: changesOf(before, next),
          },
        ]),
      );
      await uow.bumpAccessVersion();
      if (textFormOf(next.locale) !== textFormOf(before.locale)) await this.restateTexts(uow);
      return { tenantId: uow.tenantId, row: await this.tenants.settingsForUpdate(uow) };
    });
    this.access.forget(tenantId);
    return row;
  }

  /** Requests that texts be recomputed for the new locale, once every replica writes the new form. */
  private async restateTexts(uow: UnitOfWork): Promise<void> {
    await this.jobs.enqueue(
      uow,
      restateTextsJob,
      {},
      {
        runAt: new Date(Date.now() + REPLICAS_KNOW_MS),
        actor: { kind: 'system', id: null },
        memberId: null,
      },
    );
  }
}

/** Returns the settings that differ. */
function changesOf(before: SettingsRow, after: SettingsRow): Record<string, FieldChange> {
  const keys = Object.keys(before) as (keyof SettingsRow)[];
  return Object.fromEntries(
    keys
      .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      .map((key) => [key, { before: before[key], after: after[key] }]),
  );
}

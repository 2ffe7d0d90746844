import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { isOpen, Schedules } from '@pellucid/platform/jobs';
import { keyFormOf, matchPlans, newId, RecordRegistry, textFormOf } from '@pellucid/platform/records';
import { DuplicateSearches } from '../jobs/duplicate-searches.js';
import { DuplicateRulesRepository } from '../rules/duplicate-rules.repository.js';

const TWO_SECONDS_MS = 2_000;
/** How long a search that failed or was stopped is not tried again by itself. */
const AN_HOUR_MS = 3_600_000;

/** Requests a search where keys no longer fit the rules: rules, types of fields, the country or encryption have changed. */
@Injectable()
export class KeyUpkeep implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(DuplicateRulesRepository) private readonly rules: DuplicateRulesRepository,
    @Inject(DuplicateSearches) private readonly searches: DuplicateSearches,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  onModuleInit(): void {
    this.schedules.every('duplicate-keys', { everyMs: TWO_SECONDS_MS }, () => this.compareAll());
  }

  /** Compares the keys of every company whose rules or definitions have changed. */
  async compareAll(): Promise<void> {
    for (const tenantId of await this.rules.tenantsToCompare()) {
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      await runInContext(context, () => this.compare());
    }
  }

  private async compare(): Promise<void> {
    await this.units.run(async (uow) => {
      const stored = new Map((await this.rules.hold(uow)).map((rule) => [rule.id, rule.keyForm]));
      const snapshot = await this.directory.current();
      const textForm = textFormOf(snapshot.settings.locale);
      const isStale = matchPlans(this.registry, snapshot).some(
        (plan) => stored.get(plan.rule.id) !== keyFormOf(plan, textForm),
      );
      const last = isStale ? await this.searches.last() : undefined;
      // A search that is open began before the change; once it has ended, this is asked again.
      if (last && isOpen(last.status)) return;
      const isGivenUp =
        (last?.status === 'failed' || last?.status === 'cancelled') &&
        Date.parse(last.finishedAt ?? last.createdAt) > Date.now() - AN_HOUR_MS;
      if (isStale && !isGivenUp) await this.searches.start(uow);
      else await this.rules.noteCompared(uow, snapshot.version);
    });
  }
}

import { Inject, Injectable, Module } from '@nestjs/common';
import { Schedules } from '@pellucid/platform/jobs';
import { IdentityModule } from '../identity.module.js';
import { LogInFailuresRepository } from '../log-in-failures.repository.js';
import { SecondFactorsRepository } from '../second-factor/second-factors.repository.js';
import { SessionsRepository } from '../sessions.repository.js';
import { IdentityMails } from './identity-mails.js';

/** Schedules the nightly purge of expired data and, each minute, the logging of failed log-ins not logged yet. */
@Injectable()
class IdentitySchedules {
  constructor(
    @Inject(Schedules) schedules: Schedules,
    @Inject(SessionsRepository) sessions: SessionsRepository,
    @Inject(SecondFactorsRepository) factors: SecondFactorsRepository,
    @Inject(LogInFailuresRepository) failures: LogInFailuresRepository,
  ) {
    schedules.every('purge-sessions', { cron: '41 3 * * *', tz: 'UTC' }, async () => {
      await sessions.purge();
      await factors.purge();
    });
    schedules.every('tell-failed-log-ins', { everyMs: 60_000 }, async () => {
      await failures.flush();
    });
  }
}

/** What the identity module does in the worker: mails and the purge. */
@Module({
  imports: [IdentityModule],
  providers: [IdentityMails, IdentitySchedules],
})
export class IdentityWorkerModule {}

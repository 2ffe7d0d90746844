import { join } from 'node:path';
import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { FileOutbox } from './file-outbox.js';
import { MailPort } from './mail-port.js';
import { SmtpMailer } from './smtp-mailer.js';

@Injectable()
class MailConnection implements OnApplicationShutdown {
  constructor(@Inject(MailPort) private readonly mail: MailPort) {}

  async onApplicationShutdown(): Promise<void> {
    await this.mail.close();
  }
}

/** Provides {@link MailPort}: SMTP if SMTP_URL is set, else files in `outbox/` of the data directory. */
@Global()
@Module({
  providers: [
    {
      provide: MailPort,
      inject: [CONFIG],
      useFactory: (config: Config): MailPort =>
        config.SMTP_URL
          ? new SmtpMailer(config.SMTP_URL, config.MAIL_FROM)
          : new FileOutbox(join(config.PELLUCID_DATA_DIR, 'outbox'), config.MAIL_FROM),
    },
    MailConnection,
  ],
  exports: [MailPort],
})
export class MailModule {}

import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { notFound, ProblemError } from '@pellucid/platform/errors';
import { type LinkTarget, SignedLinks } from '@pellucid/platform/signed-links';
import { NotificationKinds } from '../notification-kinds.js';
import { NotificationWords } from '../notification-words.js';
import { NotificationSettingsService } from '../settings/notification-settings.service.js';

/** People keep mails, and unsubscribe by old ones. */
const VALID_MINUTES = 2 * 365 * 24 * 60;

const targetOf = (kinds: string): LinkTarget => ({ purpose: 'stop-mails', id: kinds });

/** Lets people turn off mails without logging in, by signed links (RFC 8058). A link can do nothing else. */
@Injectable()
export class Unsubscribing {
  constructor(
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(NotificationSettingsService) private readonly settings: NotificationSettingsService,
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(NotificationWords) private readonly words: NotificationWords,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns the addresses that turn off mails of these kinds: the page for people, and the one that mail programs post to. */
  linksFor(memberId: string, kinds: string[]): { page: string; post: string } {
    const names = [...new Set(kinds)].sort().join(',');
    const holder = {
      tenantId: requireTenant(),
      kind: 'member' as const,
      actorId: memberId,
      identityId: null,
      sessionId: null,
    };
    const link = this.links.sign(targetOf(names), holder, Date.now(), VALID_MINUTES);
    const query = new URLSearchParams({ kinds: names, link });
    return {
      page: `${this.base}/stop-mails?${query}`,
      post: `${this.base}/api/v1/stopped-mails?${query}`,
    };
  }

  /** Says what a link turns off. @throws ProblemError 404 for anything that is no such link, 410 for an expired one */
  async describe(kinds: string, link: string) {
    this.enter(kinds, link);
    await this.access.current();
    return { kinds: kinds.split(',').map((kind) => ({ kind, label: this.words.label(kind) })) };
  }

  /** Turns off what a link says. @throws ProblemError like {@link describe} */
  async stop(kinds: string, link: string): Promise<void> {
    const memberId = this.enter(kinds, link);
    await this.settings.stopMails(
      memberId,
      kinds.split(',').filter((kind) => this.kinds.find(kind)),
    );
  }

  /** The public address of the product, without a slash at its end. */
  get base(): string {
    return (this.config.PELLUCID_PUBLIC_URL ?? `http://localhost:${this.config.PORT}`).replace(/\/$/, '');
  }

  /** Binds the company of a link to the context, but not its person: nothing else may be done with it. */
  private enter(kinds: string, link: string): string {
    const holder = this.links.open(targetOf(kinds), link);
    if (!holder) throw notFound('The link');
    if (holder === 'expired')
      throw new ProblemError(
        410,
        'linkExpired',
        'Expired',
        'This link has expired. Log in and open Settings → Notifications instead.',
      );
    const context = currentContext();
    context.tenantId = holder.tenantId;
    return holder.actorId;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { unprocessable } from '@pellucid/platform/errors';
import { DeliveryBatches } from '../delivery/delivery-batches.js';
import { type AutoReason, USUAL_AUTO_FOLLOW } from '../follows/follow.types.js';
import { type KindChoice, NotificationKinds } from '../notification-kinds.js';
import { NotificationWords } from '../notification-words.js';
import { Readers } from '../readers.js';
import { choiceOf, type StoredSettings } from './notification-settings.js';
import { NotificationSettingsRepository } from './notification-settings.repository.js';
import { leavesNoTime, type QuietHours } from './quiet-hours.js';

/** A change of a person's settings; what is left out stays as it is. */
export interface SettingsWish {
  kinds?: Record<string, { [Key in keyof KindChoice]?: KindChoice[Key] | undefined }> | undefined;
  quietHours?: QuietHours | null | undefined;
  digestHour?: number | undefined;
  zone?: string | null | undefined;
  autoFollow?: { [Key in AutoReason]?: boolean | undefined } | undefined;
}

/** The caller's own settings. */
@Injectable()
export class NotificationSettingsService {
  constructor(
    @Inject(NotificationSettingsRepository) private readonly repository: NotificationSettingsRepository,
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(NotificationWords) private readonly words: NotificationWords,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(Readers) private readonly readers: Readers,
    @Inject(DeliveryBatches) private readonly batches: DeliveryBatches,
  ) {}

  /** Returns the caller's settings, with what holds for what they didn't choose. */
  async get() {
    return this.shown(await this.repository.find(self()));
  }

  /** Changes the caller's settings. @throws ProblemError 422 for an unknown kind, or quiet hours without end */
  async change(wish: SettingsWish) {
    const problems = Object.keys(wish.kinds ?? {})
      .filter((kind) => !this.kinds.find(kind))
      .map((kind) => ({
        pointer: `/kinds/${kind}`,
        code: 'unknownKind',
        message: 'There is no such kind of notification. Choose one from GET /notification-settings.',
      }));
    if (wish.quietHours && leavesNoTime(wish.quietHours))
      problems.push({
        pointer: '/quietHours',
        code: 'alwaysQuiet',
        message: 'These quiet hours never end. Leave out a day, or choose another end.',
      });
    if (problems.length) throw unprocessable(problems);
    const after = await this.work.run((uow) => this.apply(uow, self(), wish));
    return this.shown(after);
  }

  /** Turns off mails of kinds for a person; unknown kinds are passed over. */
  async stopMails(memberId: string, kinds: string[]): Promise<void> {
    const known = kinds.filter((kind) => this.kinds.find(kind));
    const wish = { kinds: Object.fromEntries(known.map((kind) => [kind, { mail: 'off' as const }])) };
    await this.work.run((uow) => this.apply(uow, memberId, wish));
  }

  private async apply(uow: UnitOfWork, memberId: string, wish: SettingsWish): Promise<StoredSettings> {
    const after = await this.repository.change(uow, memberId, (before) => ({
      kinds: { ...before.kinds, ...this.merged(before.kinds, wish.kinds ?? {}) },
      quietHours: wish.quietHours === undefined ? before.quietHours : wish.quietHours,
      digestHour: wish.digestHour ?? before.digestHour,
      zone: wish.zone === undefined ? before.zone : wish.zone,
      autoFollow: { ...before.autoFollow, ...given(wish.autoFollow ?? {}) },
    }));
    const { settings } = await this.access.current();
    await this.batches.advanceDigest(uow, memberId, after, settings.zone);
    return after;
  }

  private merged(before: StoredSettings['kinds'], wishes: NonNullable<SettingsWish['kinds']>) {
    return Object.fromEntries(
      Object.entries(wishes).map(([kind, wish]) => [kind, { ...before[kind], ...given(wish) }]),
    );
  }

  private async shown(settings: StoredSettings) {
    const company = (await this.access.current()).settings;
    const { email } = await this.readers.find(self());
    return {
      kinds: this.kinds.all().map((kind) => ({
        kind: kind.name,
        label: this.words.label(kind.name),
        ...choiceOf(settings, kind),
      })),
      quietHours: settings.quietHours,
      digestHour: settings.digestHour,
      zone: settings.zone,
      companyZone: company.zone,
      autoFollow: { ...USUAL_AUTO_FOLLOW, ...settings.autoFollow },
      getsMail: email !== null,
    };
  }
}

const self = (): string => currentContext().memberId!;
const given = <T extends object>(wish: T) =>
  Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };

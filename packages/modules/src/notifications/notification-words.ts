import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { objectNames, RecordRegistry } from '@pellucid/platform/records';
import type { FollowReason } from './follows/follow.types.js';
import { jobName } from './kinds/job-names.js';
import { NotificationKinds } from './notification-kinds.js';

/** What a text is made from. */
export interface Told {
  kind: string;
  object: string | null;
  record: { name: string | null } | null;
  count: number;
  hasMore: boolean;
  actor: { name: string | null };
  parameters: Record<string, string | number>;
}

const OTHER = {
  en: { one: 'News about {{name}}', many: 'News about {{number}} {{objects}}' },
  de: { one: 'Neues zu {{name}}', many: 'Neues zu {{number}} {{objects}}' },
};

/** Why somebody follows a record. */
const FOLLOWED: Record<'en' | 'de', Record<FollowReason | 'before', string>> = {
  en: {
    chosen: 'You chose to follow this record.',
    owner: 'You follow this record because you became its owner.',
    created: 'You follow this record because you created it.',
    commented: 'You follow this record because you commented on it.',
    mentioned: 'You follow this record because somebody mentioned you on it.',
    before: 'You followed this record when this happened.',
  },
  de: {
    chosen: 'Sie haben sich entschieden, diesem Datensatz zu folgen.',
    owner: 'Sie folgen diesem Datensatz, weil Sie für ihn zuständig wurden.',
    created: 'Sie folgen diesem Datensatz, weil Sie ihn erstellt haben.',
    commented: 'Sie folgen diesem Datensatz, weil Sie ihn kommentiert haben.',
    mentioned: 'Sie folgen diesem Datensatz, weil Sie dort erwähnt wurden.',
    before: 'Als das geschah, folgten Sie diesem Datensatz.',
  },
};

/** Says what happened, in the language of the context. */
@Injectable()
export class NotificationWords {
  constructor(
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /** Returns a function that says what a notification is about. */
  async speaker(): Promise<(told: Told) => string> {
    const snapshot = await this.access.current();
    const { language } = currentContext();
    const number = new Intl.NumberFormat(language);
    const namesOf = (object: string | number | null | undefined) =>
      typeof object === 'string' && this.registry.has(object, snapshot)
        ? objectNames(this.registry.forTenant(object, snapshot))
        : undefined;
    return (told) => {
      const names = namesOf(told.object) ?? namesOf(told.parameters['of']);
      const words: Record<string, string> = {
        ...Object.fromEntries(
          Object.entries(told.parameters).map(([key, value]) => [
            key,
            typeof value === 'number' ? number.format(value) : value,
          ]),
        ),
        actor: told.actor.name ?? '',
        name: told.record?.name ?? names?.label ?? '',
        object: names?.label ?? '',
        added: namesOf(told.parameters['added'])?.label ?? '',
        objects: names?.pluralLabel ?? '',
        number: `${number.format(told.count)}${told.hasMore ? '+' : ''}`,
        job: told.kind.startsWith('job') ? jobName(told.parameters, names?.pluralLabel, language) : '',
      };
      return this.form(told, language).replace(/\{\{(\w+)\}\}/g, (_, key: string) => words[key] ?? '');
    };
  }

  /**
   * Returns why somebody is told of a kind, in the language of the context.
   * @param followed for one record that is followed: why, or `before` if it no longer is
   */
  why(kind: string, followed?: FollowReason | 'before'): string {
    const { language } = currentContext();
    return followed ? FOLLOWED[language][followed] : (this.kinds.find(kind)?.texts[language].why ?? '');
  }

  /** Returns what people call a kind, in the language of the context. */
  label(kind: string): string {
    return this.kinds.find(kind)?.texts[currentContext().language].label ?? kind;
  }

  private form({ kind, record, actor }: Told, language: 'en' | 'de'): string {
    const texts = this.kinds.find(kind)?.texts[language];
    if (texts && 'line' in texts) return texts.line;
    if (!texts) return OTHER[language][record ? 'one' : 'many'];
    return texts[record ? (actor.name ? 'oneBy' : 'one') : actor.name ? 'manyBy' : 'many'];
  }
}

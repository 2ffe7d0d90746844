import { Inject, Injectable } from '@nestjs/common';
import { RightsService } from '@pellucid/modules/explain';
import type { Subject, TenantSnapshot } from '@pellucid/platform/access';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { EventDecryptor, type FeedEvent } from '@pellucid/platform/events';
import {
  currencyOf,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldChange,
  type FieldRules,
  partOf,
  presentLoose,
  type RecordDescriptor,
  RecordRegistry,
  RecordViews,
  type StoredView,
} from '@pellucid/platform/records';
import { rulesIn } from './rules-in.js';
import { combined, objectOf, type RecordChange, viewBefore } from './record-changes.js';

/** What somebody is told of a record: it looks different to them, or it left their sight. */
export type Notice = { kind: 'changed'; version: number | null } | { kind: 'gone' };

/** A change with its record as it is now. */
interface JudgedChange {
  change: RecordChange;
  view: StoredView;
  /** The record as it was before the change. */
  before: StoredView;
}

/** Changes of one object, read once for all receivers. */
export interface Judgement {
  object: string;
  /** Returns, by record, what the subject is told. Records of which they are told nothing are missing. */
  noticesFor(subject: Subject): Map<string, Notice>;
}

/**
 * Decides what people are told of changes, under their rights now. Nobody is told of a record that they don't see, nor of a
 * change that leaves the record the same to them.
 */
@Injectable()
export class ChangeJudge {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(RightsService) private readonly rights: RightsService,
    @Inject(EventDecryptor) private readonly decryptor: EventDecryptor,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /**
   * Reads what decisions about these events need: a few round trips, whoever receives them. Runs as the product itself.
   * @param objects keys of the objects that somebody watches
   */
  async read(
    events: FeedEvent[],
    objects: ReadonlySet<string>,
    snapshot: TenantSnapshot,
  ): Promise<Judgement[]> {
    const relevant = events.filter((event) => objects.has(objectOf(event)));
    const changes = combined(await this.decrypted(relevant));
    const byObject = Map.groupBy(changes, ({ object }) => object);
    const judgements: Judgement[] = [];
    for (const [object, own] of byObject) {
      if (!this.registry.has(object, snapshot)) continue;
      const views = await this.views.viewsOf(
        object,
        own.map(({ id }) => id),
      );
      const known = own.flatMap((change) => {
        const view = views.get(change.id);
        return view ? [{ change, view, before: viewBefore(view, change) }] : [];
      });
      const descriptor = this.registry.forTenant(object, snapshot);
      const relinked = known.filter(({ change }) =>
        descriptor.visibleThrough.some(({ field }) => change.fields.has(field)),
      );
      await this.views.linkParents(
        object,
        relinked.map(({ before }) => before),
      );
      judgements.push({
        object,
        noticesFor: (subject) =>
          new Map(
            known.flatMap((judged) => {
              const notice = this.noticeOf(judged, descriptor, subject, snapshot);
              return notice ? [[judged.change.id, notice] as const] : [];
            }),
          ),
      });
    }
    return judgements;
  }

  /** Adds the personal values, which scopes and masks may depend on. */
  private async decrypted(events: FeedEvent[]): Promise<FeedEvent[]> {
    if (!events.some(({ personal }) => personal)) return events;
    return this.units.run((uow) => this.decryptor.decrypt(events, uow));
  }

  private noticeOf(
    { change, view, before: earlier }: JudgedChange,
    descriptor: RecordDescriptor,
    subject: Subject,
    snapshot: TenantSnapshot,
  ): Notice | undefined {
    const access = this.access.decide(descriptor.key, 'read', snapshot, subject);
    if (!access.allowed) return undefined;
    const before = change.wasThere ? rulesIn(this.access, access, earlier, subject, snapshot) : null;
    const now = view.isDeleted ? null : rulesIn(this.access, access, view, subject, snapshot);
    if (!now) return before && (!view.isDeleted || change.isDeletion) ? { kind: 'gone' } : undefined;
    const isTold =
      before !== now ||
      [...change.fields].some(([key, values]) =>
        this.isTold(key, values, { descriptor, view, rules: now, subject, snapshot }),
      );
    return isTold ? { kind: 'changed', version: change.version } : undefined;
  }

  /** Whether the field looks different afterwards to somebody with these rules. */
  private isTold(
    key: string,
    { before, after }: FieldChange,
    reader: {
      descriptor: RecordDescriptor;
      view: StoredView;
      rules: FieldRules;
      subject: Subject;
      snapshot: TenantSnapshot;
    },
  ): boolean {
    const { descriptor, view, rules, subject, snapshot } = reader;
    const field = partOf(descriptor, key);
    if (!field) return false;
    // Their places: lines were added, moved or removed.
    if (!('traits' in field)) return rules.read(key) !== 'hidden';
    if (rules.allClear && !field.derivedFrom) return true;
    const visibility = rules.read(key);
    if (visibility === 'hidden') return false;
    if (!this.rights.isTold(this.rights.askedOf(descriptor, snapshot, subject, view), field)) return false;
    if (visibility === 'clear') return true;
    const currency = currencyOf(field, view.state, snapshot.settings.baseCurrency);
    const present = (value: unknown) => presentLoose(field, value, rules, currency) ?? null;
    const shown = (value: unknown) =>
      JSON.stringify(
        field.line ? Object.entries(value ?? {}).map(([, each]) => present(each)) : present(value),
      );
    return shown(before) !== shown(after);
  }
}

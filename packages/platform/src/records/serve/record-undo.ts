import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '../../access/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { MasterKeys, RecordSecrets } from '../../crypto/index.js';
import { type UnitOfWork, UnitOfWorkFactory } from '../../db/unit-of-work.js';
import { currencyOf, presentLoose, RecordReader } from '../read/index.js';
import {
  ABOUT_OBJECT,
  type CauseSelector,
  causeSize,
  EventPresenter,
  type HistoryEntry,
} from '../remember/index.js';
import {
  type KeptReason,
  labelOf,
  type PreviewedRecord,
  previewUndo,
  RecordWriter,
  UNDO_START,
  undoBatch,
  type UndoCounts,
  type UndoCursor,
  type UndoneCause,
  type UndoneSharing,
  type UndoOutcome,
  UndoOutcomes,
} from '../write/index.js';
import { QueryParts, scopeSql, visibilityIn } from '../decide/index.js';

/** A record, with its name as far as the caller sees it. */
export interface NamedRecord {
  object: string;
  record: { id: string; name?: string };
}

/** A record of a sample: what undoing does with it, and the values that change. */
export interface UndoSample extends NamedRecord {
  does: 'restore' | 'delete' | 'change';
  changes: { field: string; label: string; before: unknown; after: unknown }[];
}

/** Something that undoing leaves as it is. */
export interface ShownConflict extends NamedRecord, KeptReason {}

/** What undoing a cause would do, as the caller may see it. */
export interface ShownForecast {
  counts: UndoCounts;
  /** Whether everything was looked at; otherwise there is more than was counted. */
  isComplete: boolean;
  sample: UndoSample[];
  conflicts: ShownConflict[];
}

/** What a batch did. */
export interface UndoneBatch {
  counts: UndoCounts;
  outcomes: UndoOutcome[];
  /** Where to go on; undefined at the end. */
  next: UndoCursor | undefined;
}

const SAMPLE = 20;
const SHOWN_CONFLICTS = 100;
const DOES = { restored: 'restore', deleted: 'delete', changed: 'change' } as const;

/**
 * Undoes what something has caused: a request, a job, an import, or a person within a period. Everything happens as new changes
 * under the rights of the context's actor. People undo what they did themselves; those who may see the audit log undo what
 * others did too.
 */
@Injectable()
export class RecordUndo {
  private readonly vault: RecordSecrets;
  /** Takes back what causes did to shares; set by the module of shares. */
  sharing: UndoneSharing | undefined;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordWriter) private readonly writer: RecordWriter,
    @Inject(EventPresenter) private readonly events: EventPresenter,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(CONFIG) config: Config,
  ) {
    this.vault = new RecordSecrets(MasterKeys.of(config));
  }

  /**
   * Returns the number of changes that a cause made to records that the caller sees, up to a limit; those of others count only for
   * who may undo them.
   */
  async size(uow: UnitOfWork, cause: CauseSelector, limit: number): Promise<number> {
    const undone = await this.undoneBy(cause);
    const parts = new QueryParts();
    const seen = this.eventsSeen(undone.snapshot, parts);
    const [row] = await uow.run<{ events: number }>(causeSize(cause, undone.whose, limit, seen, parts));
    return row!.events;
  }

  /** Returns the predicate of events, as `e`, of records that the caller sees, deleted or not. */
  private eventsSeen(snapshot: TenantSnapshot, parts: QueryParts): string {
    const { registry } = this.reader;
    const whole: string[] = [];
    const scoped: string[] = [];
    for (const descriptor of registry.allForTenant(snapshot)) {
      const { access, clock } = this.reader.contextOf(descriptor, snapshot);
      const { allowed, scope } = access.decide(descriptor.key, 'read', snapshot);
      if (!allowed) continue;
      if (scope)
        scoped.push(
          `${ABOUT_OBJECT} = ${parts.param(descriptor.key)} and exists (select from ${descriptor.source} t
             where t.tenant_id = e.tenant_id and t.id = e.record_id and ${scopeSql(scope, descriptor, 't', parts, clock)})`,
        );
      else whole.push(descriptor.key);
    }
    return `(${[`${ABOUT_OBJECT} = any(${parts.param(whole)}::text[])`, ...scoped].join(' or ')})`;
  }

  /** Returns what undoing the cause would do. It looks at up to some thousand changes. */
  async preview(cause: CauseSelector): Promise<ShownForecast> {
    const undone = await this.undoneBy(cause);
    const { reader, vault, sharing } = this;
    const { outcomes, records, reshared, isComplete } = await this.units.run((uow) =>
      previewUndo({ reader, vault, sharing }, uow, undone),
    );
    const all = outcomes.all;
    const done = all.filter(({ did }) => did !== 'kept').slice(0, SAMPLE);
    const names = await this.namesOf(done);
    const sample = done.map(
      ({ object, id, did }): UndoSample => ({
        ...names(object, id),
        does: DOES[did as keyof typeof DOES],
        changes: [
          ...this.shownChanges(records.get(id)),
          ...(reshared.has(id)
            ? [{ field: 'shares', label: 'Shared with', before: undefined, after: undefined }]
            : []),
        ],
      }),
    );
    await this.nameReferences(sample, records);
    return {
      counts: outcomes.counts,
      isComplete,
      sample,
      conflicts: await this.conflicts(all),
    };
  }

  /** Undoes the next batch of a cause in the transaction. Start with {@link UNDO_START}. */
  async batch(uow: UnitOfWork, cause: CauseSelector, cursor: UndoCursor): Promise<UndoneBatch> {
    const { reader, writer, vault, sharing } = this;
    const hands = { reader, writer, vault, sharing };
    const undone = await this.undoneBy(cause);
    const { outcomes, next } = await undoBatch(hands, uow, undone, cursor);
    const all = new UndoOutcomes();
    all.add(outcomes);
    const { snapshot } = undone;
    if (outcomes.some(({ object }) => this.reader.registry.forTenant(object, snapshot).bumpsAccess))
      uow.afterCommit(() => this.directory.forget(uow.tenantId));
    return { counts: all.counts, outcomes, next };
  }

  /** Undoes a cause as a whole in the transaction. For causes of few changes. */
  async whole(uow: UnitOfWork, cause: CauseSelector): Promise<Omit<UndoneBatch, 'next'>> {
    const outcomes = new UndoOutcomes();
    for (let cursor: UndoCursor | undefined = UNDO_START; cursor; ) {
      const batch: UndoneBatch = await this.batch(uow, cause, cursor);
      outcomes.add(batch.outcomes);
      cursor = batch.next;
    }
    return { outcomes: outcomes.all, counts: outcomes.counts };
  }

  /** Returns what was left as it is, as far as the caller sees the records and fields, with names. */
  async conflicts(outcomes: UndoOutcome[]): Promise<ShownConflict[]> {
    const kept = outcomes.filter((each) => each.kept.length).slice(0, SHOWN_CONFLICTS);
    const names = await this.namesOf(kept);
    const snapshot = await this.directory.current();
    const shown: ShownConflict[] = [];
    for (const [object, some] of Map.groupBy(kept, (outcome) => outcome.object)) {
      if (!this.reader.registry.has(object, snapshot)) continue;
      const { access } = await this.reader.contextFor(object);
      const { rules } = access.decide(object, 'read', snapshot);
      const visible = await this.reader.visibleIds(
        object,
        some.map(({ id }) => id),
      );
      for (const { id, kept: reasons } of some)
        for (const reason of visible.has(id) ? reasons : []) {
          const isHidden =
            reason.field !== undefined && !rules.allClear && rules.read(reason.field) !== 'clear';
          if (!isHidden) shown.push({ ...names(object, id), ...reason });
        }
    }
    return shown;
  }

  private async undoneBy(cause: CauseSelector): Promise<UndoneCause> {
    const snapshot = await this.directory.current();
    return { cause, snapshot, whose: this.directory.may(snapshot, { system: 'viewAudit' }) ? 'all' : 'own' };
  }

  private async namesOf(outcomes: { object: string; id: string }[]) {
    const wanted = new Map(
      await Promise.all(
        [...Map.groupBy(outcomes, ({ object }) => object)].map(
          async ([object, some]) =>
            [
              object,
              { context: await this.reader.contextFor(object), ids: new Set(some.map(({ id }) => id)) },
            ] as const,
        ),
      ),
    );
    const names = await this.events.namesOf(wanted);
    return (object: string, id: string): NamedRecord => {
      const name = names.get(object)?.get(id);
      return { object, record: { id, ...(name === undefined ? {} : { name }) } };
    };
  }

  /** Returns the changed values that the caller sees in clear. */
  private shownChanges({ target, undone }: Partial<PreviewedRecord> = {}): UndoSample['changes'] {
    if (!target || !undone) return [];
    const { context, record, rules } = target;
    const { descriptor, snapshot } = context;
    const lines = new Set(descriptor.lines.map(({ key }) => key));
    return Object.entries({ ...undone.derived, ...undone.values }).flatMap(
      ([key, after]): UndoSample['changes'] => {
        const f = descriptor.byKey.get(key);
        const label = labelOf(descriptor, key);
        if (lines.has(key)) return [{ field: key, label, before: undefined, after: undefined }];
        if (!f?.audited || visibilityIn(record, rules, key) !== 'clear') return [];
        const next = { ...record.state, ...undone.derived, ...undone.values };
        const show = (value: unknown, state: typeof record.state) =>
          presentLoose(f, value, rules, currencyOf(f, state, snapshot.settings.baseCurrency)) ?? null;
        return [
          {
            field: key,
            label,
            before: show(record.state[key] ?? null, record.state),
            after: show(after, next),
          },
        ];
      },
    );
  }

  /** Gives references their names, as far as the caller sees them. */
  private async nameReferences(sample: UndoSample[], records: Map<string, PreviewedRecord>): Promise<void> {
    await this.events.nameReferences(
      sample.flatMap(({ record, changes }) => {
        const previewed = records.get(record.id);
        if (!previewed) return [];
        const entry = {
          actor: { kind: 'system', id: null },
          changes: Object.fromEntries(changes.map((change) => [change.field, change])),
        } as unknown as HistoryEntry;
        return [{ context: previewed.target.context, entry }];
      }),
    );
  }
}

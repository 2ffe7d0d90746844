import { Inject, Injectable } from '@nestjs/common';
import {
  AccessDirectory,
  type FieldLevel,
  hasSystem,
  type Subject,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import { notFound } from '@pellucid/platform/errors';
import {
  actionsOf,
  allFieldsOf,
  assignedFields,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldDescriptor,
  clockOf,
  isToldIn,
  type RecordDescriptor,
  RecordReader,
  RecordViews,
  RecordRegistry,
  type RecordView,
  type StoredView,
  viewFor,
} from '@pellucid/platform/records';

/** Actions that do not concern an existing record. */
const WITHOUT_RECORD = new Set(['create', 'import']);

/** What the caller may do with one record. */
export interface RecordRights {
  /** Every action on an existing record, including verbs. */
  actions: Record<string, boolean>;
  /** Every field: `edit` if an update of this record may write it. */
  fields: Record<string, FieldLevel>;
}

/** A record as the subject's rights evaluate it. */
interface SeenRecord {
  view: RecordView;
  isDeleted: boolean;
  /** Records that its derived values are made of, by id. */
  sources: StoredView['sources'];
}

/** The subject and the target of a decision. */
export interface Asked {
  descriptor: RecordDescriptor;
  snapshot: TenantSnapshot;
  subject: Subject;
  /** Without a record, the question is whether the action is possible for any record. */
  record: SeenRecord | undefined;
}

/**
 * What a subject may do with a record and its fields; the same as the record engine enforces, and the basis of
 * explanations.
 */
@Injectable()
export class RightsService {
  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
  ) {}

  /**
   * Returns what the caller may do with a record, or the role that they view as.
   * @throws ProblemError 404 for an unknown object, or a record that they do not reach
   */
  async of(object: string, id: string): Promise<RecordRights> {
    const snapshot = await this.directory.current();
    const descriptor = this.registry.find(object, snapshot);
    const visible = await this.reader.visibleIds(descriptor.key, [id]);
    const stored = visible.has(id) ? (await this.views.viewsOf(descriptor.key, [id])).get(id) : undefined;
    if (!stored) throw notFound(`This ${descriptor.label.toLowerCase()}`);
    const asked = this.askedOf(descriptor, snapshot, this.directory.subject(snapshot), stored);
    const actions = actionsOf(descriptor).filter(({ key }) => !WITHOUT_RECORD.has(key));
    return {
      actions: Object.fromEntries(actions.map(({ key }) => [key, this.may(asked, key)])),
      fields: Object.fromEntries(allFieldsOf(descriptor).map((f) => [f.key, this.levelOf(asked, 'read', f)])),
    };
  }

  /** Builds the question about a stored record, or about none. */
  askedOf(
    descriptor: RecordDescriptor,
    snapshot: TenantSnapshot,
    subject: Subject,
    stored: StoredView | undefined,
  ): Asked {
    const record = stored && {
      view: viewFor(this.access, stored, subject, snapshot),
      isDeleted: stored.isDeleted,
      sources: stored.sources,
    };
    return { descriptor, snapshot, subject, record };
  }

  /** Whether the subject may do the action with the record. */
  may(asked: Asked, action: string): boolean {
    const { descriptor, snapshot, subject, record } = asked;
    const { operations } = descriptor;
    if (action in operations && !operations[action as keyof typeof operations]) return false;
    const access = this.access.decide(descriptor.key, action, snapshot, subject);
    if (!access.allowed) return false;
    if (!record) return true;
    if (record.isDeleted && action !== 'read') return false;
    if (this.isFrozenFor(asked, action)) return false;
    return this.access.admits(access, record.view, snapshot);
  }

  /** Whether the action would change a record that nobody can change any more. */
  isFrozenFor({ descriptor, snapshot, record }: Asked, action: string): boolean {
    const isChange =
      action === 'update' || action === 'assign' || descriptor.verbs.some(({ key }) => key === action);
    if (!record || !descriptor.frozen || !isChange) return false;
    return this.access.holds(descriptor.key, descriptor.frozen.when, record.view.state, snapshot);
  }

  /**
   * Returns the level of a field in the roles that grant the action on the record. `edit` means that a write may change
   * it: an update, or for `create` the creation.
   */
  levelOf(asked: Asked, action: string, field: FieldDescriptor): FieldLevel {
    const level = this.levelBy(asked, action, field);
    if (level === 'hidden') return level;
    if (!this.isTold(asked, field)) return 'hidden';
    if (level === 'mask') return level;
    return this.mayWrite(asked, action === 'create' ? action : 'update', field) ? 'edit' : 'view';
  }

  /** Returns what the subject may do with the field, or with the record, by the given action. */
  effectOf(asked: Asked, action: string, field: FieldDescriptor | undefined): FieldLevel {
    if (field) return this.levelOf(asked, action, field);
    return this.may(asked, 'update') ? 'edit' : 'view';
  }

  /** Whether the subject sees what the record's field was derived from, if it was derived. */
  isTold({ descriptor, snapshot, subject, record }: Asked, field: FieldDescriptor): boolean {
    if (!record) return true;
    const read = this.access.decide(descriptor.key, 'read', snapshot, subject);
    const rules = read.rulesFor(this.access.bitsOf(read, record.view, snapshot));
    const decide = (object: string, action: string) => this.access.decide(object, action, snapshot, subject);
    const sees = (object: string, id: string, key: string): boolean => {
      const source = record.sources.get(id);
      const access = decide(object, 'read');
      if (!source || !access.allowed || !access.rules.canFilter(key)) return false;
      const target = this.registry.forTenant(object, snapshot);
      return (
        this.access.admits(access, viewFor(this.access, source, subject, snapshot), snapshot) &&
        this.isTold(this.askedOf(target, snapshot, subject, source), target.byKey.get(key)!)
      );
    };
    const view = { registry: this.registry, snapshot, access: { decide }, clock: clockOf(snapshot) };
    return isToldIn(record.view.state, field, descriptor, rules, sees, view);
  }

  /**
   * Whether the field says whose the record is, and changing it would require the right to `assign`, which the subject
   * lacks.
   */
  needsAssign(asked: Asked, field: FieldDescriptor): boolean {
    const { descriptor, snapshot, subject, record } = asked;
    if (!record) return false;
    const { state } = record.view;
    const { branches } = this.access.decide(descriptor.key, 'update', snapshot, subject);
    const isReached = branches.some(
      ({ reach }) => !reach || this.access.holds(descriptor.key, reach, state, snapshot),
    );
    const assigned: string[] = assignedFields(state, isReached);
    return assigned.includes(field.key) && !this.may(asked, 'assign');
  }

  /** Whether the field determines what people may see, and the subject may not manage users. */
  needsManaging({ subject, record }: Asked, field: FieldDescriptor): boolean {
    return record !== undefined && field.framesAccess === true && !hasSystem(subject, 'manageUsers');
  }

  private mayWrite(asked: Asked, action: string, field: FieldDescriptor): boolean {
    return (
      !field.readOnly &&
      this.may(asked, action) &&
      this.levelBy(asked, action, field) === 'edit' &&
      !this.needsAssign(asked, field) &&
      !this.needsManaging(asked, field)
    );
  }

  private levelBy({ descriptor, snapshot, subject, record }: Asked, action: string, field: FieldDescriptor) {
    const access = this.access.decide(descriptor.key, action, snapshot, subject);
    // Without a record every role counts, as if all of them reached it.
    const bits = record ? this.access.bitsOf(access, record.view, snapshot) : -1;
    return access.levelFor(bits, field.key);
  }
}

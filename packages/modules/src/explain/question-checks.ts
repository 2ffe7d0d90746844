import { Inject, Injectable } from '@nestjs/common';
import {
  AccessDirectory,
  type FieldLevel,
  type Subject,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import { forbidden, notFound, unprocessable } from '@pellucid/platform/errors';
import {
  actionsOf,
  derivedByRecordBehind,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldDescriptor,
  fieldOf,
  fieldsDeciding,
  type ObjectAccess,
  type RecordDescriptor,
  RecordReader,
  RecordRegistry,
  RecordViews,
  type StoredView,
} from '@pellucid/platform/records';
import type { Question } from './explanation.js';
import { RightsService } from './rights.service.js';

const isClear = (level: FieldLevel) => level === 'edit' || level === 'view';

/** What callers may ask about whom, and what of the answer they may know. */
@Injectable()
export class QuestionChecks {
  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(RightsService) private readonly rights: RightsService,
  ) {}

  /** Whether the caller may ask about people and keys. */
  mayAskAboutOthers(snapshot: TenantSnapshot): boolean {
    return (
      this.directory.may(snapshot, { system: 'manageUsers' }) ||
      this.directory.may(snapshot, { system: 'manageRoles' })
    );
  }

  /**
   * Returns whom the question is about; the caller if it names nobody.
   * @throws ProblemError 403 for asking about somebody else without the right, 404 for an unknown subject
   */
  subjectOf(id: string | undefined, snapshot: TenantSnapshot): Subject {
    const own = this.directory.subject(snapshot);
    if (id === undefined || id === own.id) return own;
    if (!this.mayAskAboutOthers(snapshot))
      throw forbidden(
        'explainForbidden',
        'You can only check your own access. Leave "subject" out or ask an administrator.',
      );
    const found = this.directory.memberSubject(snapshot, id) ?? this.directory.keySubject(snapshot, id);
    if (!found) throw notFound('The member or API key');
    return found;
  }

  /**
   * Returns the field that the question is about, if it names one.
   * @throws ProblemError 422 for an unknown action or field
   */
  fieldOf(descriptor: RecordDescriptor, question: Question): FieldDescriptor | undefined {
    if (!actionsOf(descriptor).some((a) => a.key === question.action))
      throw unprocessable([
        {
          pointer: '?action',
          code: 'unknownAction',
          message: `"${question.action}" isn't an action of ${descriptor.pluralLabel.toLowerCase()}. Use one of ${actionsOf(
            descriptor,
          )
            .map((a) => a.key)
            .join(', ')}.`,
        },
      ]);
    if (question.field === undefined) return undefined;
    const f = fieldOf(descriptor, question.field);
    if (!f)
      throw unprocessable([
        {
          pointer: '?field',
          code: 'unknownField',
          message: `"${question.field}" isn't a field of ${descriptor.pluralLabel.toLowerCase()}.`,
        },
      ]);
    return f;
  }

  /**
   * Returns the record if the caller sees it. A record that they do not see is treated as non-existent, whoever they
   * ask about.
   */
  async recordOf(descriptor: RecordDescriptor, id: string): Promise<StoredView | undefined> {
    const visible = await this.reader.visibleIds(descriptor.key, [id]);
    return visible.has(id) ? (await this.views.viewsOf(descriptor.key, [id])).get(id) : undefined;
  }

  /**
   * Returns fields that decide about somebody else's right to the record, or to a field of it, and that the caller does not see
   * unmasked. Their own decisions they can find out by trying.
   */
  withheldDeciders(
    access: ObjectAccess,
    subject: Subject,
    stored: StoredView,
    descriptor: RecordDescriptor,
    snapshot: TenantSnapshot,
    field?: FieldDescriptor,
  ): string[] {
    const own = this.directory.subject(snapshot);
    if (subject.id === own.id) return [];
    const asked = this.rights.askedOf(descriptor, snapshot, own, stored);
    const isSeen = (key: string) => {
      const decider = descriptor.byKey.get(key);
      return decider !== undefined && isClear(this.rights.levelOf(asked, 'read', decider));
    };
    const ofRecord = access.branches.some((b) => !b.condition) ? [] : fieldsDeciding(access.branches);
    return [...ofRecord, ...(field ? this.marksUnknown(field, descriptor, snapshot) : [])].filter(
      (key) => !isSeen(key),
    );
  }

  /**
   * Returns the marks that say whether a field is derived in a record, unless the caller is shown the field: then they know it
   * from what they see.
   */
  private marksUnknown(
    field: FieldDescriptor,
    descriptor: RecordDescriptor,
    snapshot: TenantSnapshot,
  ): string[] {
    if (this.access.rules(descriptor.key, snapshot).read(field.key) !== 'hidden') return [];
    return derivedByRecordBehind(descriptor, field).flatMap(({ derivedFrom }) => derivedFrom!.where ?? []);
  }

  /**
   * Returns the record with only those linked records by which the caller may judge somebody else's access: records that
   * they see, and of which they see what decides about the subject's right.
   * @returns also whether others were left out, so that the answer may depend on what the caller does not see
   */
  judged(
    stored: StoredView,
    subject: Subject,
    snapshot: TenantSnapshot,
  ): { view: StoredView; isCut: boolean } {
    const own = this.directory.subject(snapshot);
    if (subject.id === own.id || !stored.parents.length) return { view: stored, isCut: false };
    const descriptor = this.registry.forTenant(stored.object, snapshot);
    let isCut = false;
    const parents = stored.parents.flatMap((parent) => {
      const object = this.registry.forTenant(parent.view.object, snapshot);
      const isSeen =
        this.rights.may(this.rights.askedOf(object, snapshot, own, parent.view), 'read') &&
        this.isInClear(stored, descriptor, parent.field, snapshot);
      const withheld = ['read', 'update'].flatMap((action) => {
        const access = this.access.decide(object.key, action, snapshot, subject);
        return this.withheldDeciders(access, subject, parent.view, object, snapshot);
      });
      if (!isSeen || withheld.length) {
        isCut = true;
        return [];
      }
      const judged = this.judged(parent.view, subject, snapshot);
      if (judged.isCut) isCut = true;
      return [{ ...parent, view: judged.view }];
    });
    return { view: { ...stored, parents }, isCut };
  }

  /** Whether the caller sees a field of a record unmasked. */
  isInClear(
    stored: StoredView,
    descriptor: RecordDescriptor,
    field: string,
    snapshot: TenantSnapshot,
  ): boolean {
    const asked = this.rights.askedOf(descriptor, snapshot, this.directory.subject(snapshot), stored);
    return isClear(this.rights.levelOf(asked, 'read', descriptor.byKey.get(field)!));
  }

  /** Whether the subject can do anything at all: the company, the person or the key is active. */
  isLive(subject: Subject, snapshot: TenantSnapshot): boolean {
    if (snapshot.status !== 'active') return false;
    // A role that somebody views as always exists.
    if (subject.kind === 'role') return true;
    if (subject.kind === 'member') return snapshot.members.get(subject.id!)?.status === 'active';
    const key = snapshot.apiKeys.get(subject.id!);
    return (
      key !== undefined && key.revokedAt === null && (key.expiresAt === null || key.expiresAt > Date.now())
    );
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type Subject, type TenantSnapshot } from '@pellucid/platform/access';
import {
  FIELD_ACCESS,
  type FieldAccess,
  gives,
  levelToOpen,
  openingsOf,
  type RecordDescriptor,
  RecordReader,
  RecordRegistry,
  PEOPLE,
  type StoredView,
} from '@pellucid/platform/records';
import { DecisionSteps, type KnownLinks } from './decision-steps.js';
import type { ExplainedSubject, Explanation, Question } from './explanation.js';
import { isSeeing, remedies } from './explanation.remedies.js';
import { sentencesOf } from './explanation.sentences.js';
import { QuestionChecks } from './question-checks.js';
import { RightsService } from './rights.service.js';

/** Explains decisions about rights by running the decision itself and describing its parts. */
@Injectable()
export class ExplainService {
  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(RightsService) private readonly rights: RightsService,
    @Inject(QuestionChecks) private readonly checks: QuestionChecks,
    @Inject(DecisionSteps) private readonly steps: DecisionSteps,
  ) {}

  /**
   * Explains a decision.
   * @throws ProblemError 404 for an unknown object or subject, 422 for an unknown action or field, 403 for asking about
   *   somebody else without the right
   */
  async explain(question: Question): Promise<Explanation> {
    const snapshot = await this.directory.current();
    const descriptor = this.registry.find(question.object, snapshot);
    const subject = this.checks.subjectOf(question.subject, snapshot);
    const field = this.checks.fieldOf(descriptor, question);
    const { action } = question;
    const access = this.access.decide(descriptor.key, action, snapshot, subject);
    const say = sentencesOf(descriptor);
    const stored = question.record ? await this.checks.recordOf(descriptor, question.record) : undefined;
    const judged = stored && this.checks.judged(stored, subject, snapshot);
    const asked = this.rights.askedOf(descriptor, snapshot, subject, judged?.view);
    const view = asked.record?.view;
    const steps = [
      ...this.steps.subjectSteps(say, subject, snapshot),
      ...this.steps.permissionSteps(say, access, subject, action),
    ];

    if (this.isNotOffered(descriptor, action))
      steps.push({ step: 'permission', outcome: 'no', ...say.actionNotOffered({ action }), source: null });
    if (question.record && !view)
      steps.push({ step: 'record', outcome: 'no', ...say.recordMissing({}), source: null });
    if (stored?.isDeleted && action !== 'read')
      steps.push({ step: 'record', outcome: 'no', ...say.recordDeleted({}), source: null });
    if (this.rights.isFrozenFor(asked, action))
      steps.push({
        step: 'record',
        outcome: 'no',
        ...say.recordFrozen({ condition: descriptor.frozen!.when }),
        source: null,
      });
    // What the caller does not see must not influence what they are told about others, not even as a yes or no.
    const withheld = stored
      ? this.checks.withheldDeciders(access, subject, stored, descriptor, snapshot, field)
      : [];
    for (const field of withheld)
      steps.push({ step: 'policy', outcome: 'no', ...say.policyWithheld({ field }), source: null });
    if (judged && view && !withheld.length) {
      const needed = levelToOpen(action);
      const links = {
        opener: await this.openerOf(judged.view, descriptor, subject, snapshot),
        isCut: judged.isCut,
        mayOpen: needed !== null && descriptor.visibleThrough.some(({ see }) => gives(see, needed)),
      };
      steps.push(...this.steps.reachSteps(say, access, view, descriptor, snapshot, links));
    }

    let isAllowed =
      this.checks.isLive(subject, snapshot) &&
      !withheld.length &&
      (!question.record || stored !== undefined) &&
      this.rights.may(asked, action);
    const effect = isAllowed ? this.rights.effectOf(asked, action, field) : 'hidden';
    if (field && isAllowed) {
      steps.push(...this.steps.fieldSteps(say, asked, field, effect, action));
      isAllowed = isSeeing(action) ? effect !== 'hidden' : effect === 'edit';
    }
    return {
      allowed: isAllowed,
      effect,
      subject: {
        kind: subject.kind as ExplainedSubject['kind'],
        id: subject.id!,
        name: await this.calledBy(subject, snapshot),
      },
      object: descriptor.key,
      record: stored
        ? { id: question.record!, name: await this.nameFor(descriptor, question.record!) }
        : null,
      action,
      field: field?.key ?? null,
      steps,
      wouldNeed: isAllowed
        ? []
        : remedies(say, {
            action,
            subject,
            field,
            steps,
            openTo: access.branches.filter(
              ({ grant: { permission } }) =>
                !view ||
                !permission.condition ||
                this.access.holds(descriptor.key, permission.condition, view.state, snapshot),
            ),
          }),
    };
  }

  /** Returns the name that the caller may see for a subject: for oneself, keys, and people they may see. */
  private async calledBy(subject: Subject, snapshot: TenantSnapshot): Promise<string> {
    if (subject.kind !== 'member' || subject.id === this.directory.subject(snapshot).id) return subject.name;
    return (await this.reader.visibleNames(PEOPLE, [subject.id!])).get(subject.id!) ?? '';
  }

  /** Returns what the caller may know of the linked record that opens a record widest to the subject. */
  private async openerOf(
    view: StoredView,
    descriptor: RecordDescriptor,
    subject: Subject,
    snapshot: TenantSnapshot,
  ): Promise<KnownLinks['opener']> {
    const openings = openingsOf(this.access, view, subject, snapshot);
    const access = openings.some((opening) => opening.access === 'edit') ? 'edit' : openings[0]?.access;
    if (!access) return undefined;
    // Naming the record would tell the value of a field that the caller may not see.
    const told = openings.find(
      (opening) =>
        opening.access === access && this.checks.isInClear(view, descriptor, opening.field, snapshot),
    );
    if (!told) return { access, record: null };
    const { id } = told.parent;
    const object = this.registry.forTenant(told.parent.object, snapshot);
    return { access, record: { id, object, name: await this.nameFor(object, id) } };
  }

  /** Returns the record's name, as the caller may see it. */
  private async nameFor(descriptor: RecordDescriptor, id: string): Promise<string> {
    return (await this.reader.visibleNames(descriptor.key, [id])).get(id) ?? '';
  }

  /** Whether the product does not offer the action for records of the object. */
  private isNotOffered({ operations }: RecordDescriptor, action: string): boolean {
    return action in operations && !operations[action as keyof typeof operations];
  }
}

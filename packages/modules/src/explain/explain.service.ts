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
  FIELD_ACCESS,
  type FieldAccess,
  type FieldDescriptor,
  fieldsDeciding,
  type ObjectAccess,
  levelInRole,
  piiOf,
  type RecordDescriptor,
  RecordReader,
  RecordViews,
  RecordRegistry,
  type ScopeBranch,
  type RecordView,
  type StoredView,
} from '@pellucid/platform/records';
import { isSeeing, permissionSteps, remedies } from './explanation.remedies.js';
import { type Said, type Sentences, sentencesOf } from './explanation.sentences.js';
import { type Asked, askedOf, RightsService } from './rights.service.js';

/** One step of a decision: the finding as a sentence, and as a code with parameters. */
export interface ExplanationStep extends Said {
  step:
    | 'tenant'
    | 'membership'
    | 'key'
    | 'roles'
    | 'permission'
    | 'record'
    | 'scope'
    | 'policy'
    | 'sharing'
    | 'field'
    | 'mask';
  outcome: 'yes' | 'no' | 'notNeeded';
  /** What it is based on: a role, a team, a masking rule. */
  source: { kind: string; id: string | null; name: string } | null;
}

/** The subject of a decision; a role if an administrator views as that role. */
export interface ExplainedSubject {
  kind: 'member' | 'apiKey' | 'role';
  id: string;
  name: string;
}

/** Why something is allowed or not. */
export interface Explanation {
  allowed: boolean;
  effect: FieldLevel;
  subject: ExplainedSubject;
  object: string;
  record: { id: string; name: string } | null;
  action: string;
  field: string | null;
  steps: ExplanationStep[];
  /** If refused: changes each of which would remove the first obstacle. */
  wouldNeed: Said[];
}

/** The question to explain. */
export interface Question {
  subject?: string | undefined;
  object: string;
  record?: string | undefined;
  action: string;
  field?: string | undefined;
}

/** A subject and what they see of a record or a field. */
export interface Viewer {
  subject: { kind: 'member' | 'apiKey'; id: string; name: string };
  effect: FieldLevel;
  canUpdate: boolean;
  /** The roles that let them see it. */
  roles: string[];
  shared: boolean;
}

/** Explains decisions about rights by running the decision itself and describing its parts. */
@Injectable()
export class ExplainService {
  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(RightsService) private readonly rights: RightsService,
  ) {}

  /**
   * Explains a decision.
   * @throws ProblemError 404 for an unknown object or subject, 422 for an unknown action or field, 403 for asking about
   *   somebody else without the right
   */
  async explain(question: Question): Promise<Explanation> {
    const snapshot = await this.directory.current();
    const descriptor = this.registry.forTenant(this.registry.find(question.object).key, snapshot);
    const subject = this.subjectOf(question.subject, snapshot);
    const field = this.check(descriptor, question);
    const { action } = question;
    const access = this.access.decide(descriptor.key, action, snapshot, subject);
    const say = sentencesOf(descriptor);
    const stored = question.record ? await this.viewOf(descriptor, question.record) : undefined;
    const asked = askedOf(descriptor, snapshot, subject, stored);
    const view = asked.record?.view;
    const steps = [
      ...this.whoSteps(say, subject, snapshot),
      ...permissionSteps(say, access, subject, action),
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
    const withheld = stored ? this.withheldDeciders(access, subject, stored, descriptor, snapshot) : [];
    for (const field of withheld)
      steps.push({ step: 'policy', outcome: 'no', ...say.policyWithheld({ field }), source: null });
    if (view && !withheld.length) steps.push(...this.reachSteps(say, access, view, descriptor.key, snapshot));

    let isAllowed =
      this.isLive(subject, snapshot) &&
      !withheld.length &&
      (!question.record || stored !== undefined) &&
      this.rights.may(asked, action);
    const effect = isAllowed ? this.effectOf(asked, action, field) : 'hidden';
    if (field && isAllowed) {
      steps.push(...this.fieldSteps(say, asked, field, effect, action));
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
    return (await this.reader.visibleNames('member', [subject.id!])).get(subject.id!) ?? '';
  }

  /** Returns everybody with a log-in and every key, with what they see of the record or field; widest first. */
  async who(question: { object: string; record: string; field?: string | undefined }): Promise<Viewer[]> {
    const snapshot = await this.directory.current();
    const descriptor = this.registry.forTenant(this.registry.find(question.object).key, snapshot);
    const field = this.check(descriptor, { ...question, action: 'read' });
    const visible = await this.reader.visibleIds(descriptor.key, [question.record]);
    if (!visible.has(question.record)) throw notFound(`This ${descriptor.label.toLowerCase()}`);
    const mine = this.access.decide('member', 'read', snapshot);
    if (!mine.allowed)
      throw forbidden('permissionMissing', "Your roles don't show you the people of this company.");
    const subjects = [
      ...[...snapshot.members.values()]
        .filter((m) => m.status === 'active')
        .map((m) => this.directory.memberSubject(snapshot, m.id)!),
      ...(this.mayAskAboutOthers(snapshot)
        ? [...snapshot.apiKeys.keys()].map((id) => this.directory.keySubject(snapshot, id)!)
        : []),
    ];
    const people = new Set(
      (
        await this.reader.visibleIds(
          'member',
          subjects.flatMap((s) => (s.kind === 'member' ? [s.id!] : [])),
        )
      ).values(),
    );
    const names = await this.reader.visibleNames('member', people);
    const order: FieldLevel[] = ['edit', 'view', 'mask', 'hidden'];
    const stored = (await this.views.viewsOf(descriptor.key, [question.record])).get(question.record)!;
    const viewers = subjects
      .filter((s) => s.kind === 'apiKey' || people.has(s.id!))
      .map((subject): Viewer | undefined => {
        const access = this.access.decide(descriptor.key, 'read', snapshot, subject);
        if (!access.allowed || !this.isLive(subject, snapshot)) return undefined;
        const asked = askedOf(descriptor, snapshot, subject, stored);
        const view = asked.record!.view;
        if (this.withheldDeciders(access, subject, stored, descriptor, snapshot).length) return undefined;
        if (!this.access.admits(access, view, snapshot)) return undefined;
        return {
          subject: {
            kind: subject.kind as 'member' | 'apiKey',
            id: subject.id!,
            name: subject.kind === 'member' ? (names.get(subject.id!) ?? '') : subject.name,
          },
          effect: this.effectOf(asked, 'read', field),
          canUpdate: this.rights.may(asked, 'update'),
          roles: [
            ...new Set(
              access.branches
                .filter(
                  (b) => !b.condition || this.access.holds(descriptor.key, b.condition, view.state, snapshot),
                )
                .map((b) => b.grant.role.name),
            ),
          ],
          shared: view.shared !== null,
        };
      });
    return viewers
      .filter((v) => v !== undefined)
      .filter((v) => v.effect !== 'hidden')
      .sort(
        (a, b) =>
          order.indexOf(a.effect) - order.indexOf(b.effect) || a.subject.name.localeCompare(b.subject.name),
      );
  }

  private mayAskAboutOthers(snapshot: TenantSnapshot): boolean {
    return (
      this.directory.may(snapshot, { system: 'manageUsers' }) ||
      this.directory.may(snapshot, { system: 'manageRoles' })
    );
  }

  private subjectOf(id: string | undefined, snapshot: TenantSnapshot): Subject {
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

  private check(descriptor: RecordDescriptor, question: Question): FieldDescriptor | undefined {
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
    const f = descriptor.byKey.get(question.field);
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
  private async viewOf(descriptor: RecordDescriptor, id: string): Promise<StoredView | undefined> {
    const visible = await this.reader.visibleIds(descriptor.key, [id]);
    return visible.has(id) ? (await this.views.viewsOf(descriptor.key, [id])).get(id) : undefined;
  }

  /** Returns the record's name, as the caller may see it. */
  private async nameFor(descriptor: RecordDescriptor, id: string): Promise<string> {
    return (await this.reader.visibleNames(descriptor.key, [id])).get(id) ?? '';
  }

  /** Whether the product does not offer the action for records of the object. */
  private isNotOffered({ operations }: RecordDescriptor, action: string): boolean {
    return action in operations && !operations[action as keyof typeof operations];
  }

  /**
   * Returns fields that decide about somebody else's right to the record and that the caller does not see unmasked.
   * Their own decisions they can find out by trying.
   */
  private withheldDeciders(
    access: ObjectAccess,
    subject: Subject,
    stored: StoredView,
    descriptor: RecordDescriptor,
    snapshot: TenantSnapshot,
  ): string[] {
    const own = this.directory.subject(snapshot);
    if (subject.id === own.id || access.branches.some((b) => !b.condition)) return [];
    const asked = askedOf(descriptor, snapshot, own, stored);
    return fieldsDeciding(access.branches).filter((key) => {
      const field = descriptor.byKey.get(key);
      const level = field && this.rights.levelOf(asked, 'read', field);
      return level !== 'edit' && level !== 'view';
    });
  }

  private isLive(subject: Subject, snapshot: TenantSnapshot): boolean {
    if (snapshot.status !== 'active') return false;
    // A role that somebody views as always exists.
    if (subject.kind === 'role') return true;
    if (subject.kind === 'member') return snapshot.members.get(subject.id!)?.status === 'active';
    const key = snapshot.apiKeys.get(subject.id!);
    return (
      key !== undefined && key.revokedAt === null && (key.expiresAt === null || key.expiresAt > Date.now())
    );
  }

  private whoSteps(say: Sentences, subject: Subject, snapshot: TenantSnapshot): ExplanationStep[] {
    const isLive = this.isLive(subject, snapshot);
    const { name } = subject;
    const company = { company: snapshot.name };
    const tenant: ExplanationStep = {
      step: 'tenant',
      outcome: snapshot.status === 'active' ? 'yes' : 'no',
      ...(snapshot.status === 'active' ? say.tenantActive(company) : say.tenantSuspended(company)),
      source: { kind: 'tenant', id: snapshot.tenantId, name: snapshot.name },
    };
    if (subject.kind === 'role')
      return [
        tenant,
        {
          step: 'roles',
          outcome: 'yes',
          ...say.roleViewed({ role: name }),
          source: { kind: 'role', id: subject.id, name },
        },
      ];
    const status = subject.kind === 'member' ? snapshot.members.get(subject.id!)?.status : undefined;
    return [
      tenant,
      subject.kind === 'member'
        ? {
            step: 'membership',
            outcome: isLive ? 'yes' : 'no',
            ...(isLive ? say.memberActive({ name }) : say.memberNotActive({ name, status: status ?? null })),
            source: { kind: 'member', id: subject.id, name },
          }
        : {
            step: 'key',
            outcome: isLive ? 'yes' : 'no',
            ...(isLive ? say.keyValid({ name }) : say.keyExpired({ name })),
            source: { kind: 'apiKey', id: subject.id, name },
          },
      {
        step: 'roles',
        outcome: subject.roles.length ? 'yes' : 'no',
        ...(subject.roles.length
          ? say.roles({ name, roles: subject.roles.map((r) => r.name) })
          : say.noRole({ name })),
        source: null,
      },
    ];
  }

  /** Returns the steps about ownership, policies and shares of the record. */
  private reachSteps(
    say: Sentences,
    access: ObjectAccess,
    view: RecordView,
    object: string,
    snapshot: TenantSnapshot,
  ): ExplanationStep[] {
    const holds = (condition: ScopeBranch['condition']) =>
      !condition || this.access.holds(object, condition, view.state, snapshot);
    const source = (b: ScopeBranch) => ({ kind: 'role', id: b.grant.role.id, name: b.grant.role.name });
    const reached = access.branches.filter((b) => holds(b.reach));
    const steps = (reached.length ? reached : access.branches).map((b): ExplanationStep => {
      const reach = { role: b.grant.role.name, scope: b.grant.permission.scope };
      return {
        step: 'scope',
        outcome: reached.length ? 'yes' : 'no',
        ...(reached.length ? say.scopeReaches(reach) : say.scopeMisses(reach)),
        source: source(b),
      };
    });
    for (const b of reached) {
      const { condition } = b.grant.permission;
      if (!condition) continue;
      const policy = { role: b.grant.role.name, condition };
      steps.push({
        step: 'policy',
        outcome: holds(condition) ? 'yes' : 'no',
        ...(holds(condition) ? say.policyHolds(policy) : say.policyFails(policy)),
        source: source(b),
      });
    }
    const isReached = access.branches.some((b) => holds(b.condition));
    const shares = access.scope?.shares;
    const isShared = Boolean(shares && (view.shared === 'edit' || view.shared === shares.access));
    const sharing = () => {
      if (isReached) return say.shareNotNeeded({});
      if (!shares) return say.shareGivesNot({});
      if (!view.shared) return say.notShared({});
      return isShared ? say.shared({ access: view.shared }) : say.sharedToRead({});
    };
    steps.push({
      step: 'sharing',
      outcome: isReached ? 'notNeeded' : isShared ? 'yes' : 'no',
      ...sharing(),
      source: null,
    });
    return steps;
  }

  /** Returns what the subject may do with the field, or with the record, by the given action. */
  private effectOf(asked: Asked, action: string, field: FieldDescriptor | undefined): FieldLevel {
    if (field) return this.rights.levelOf(asked, action, field);
    return this.rights.may(asked, 'update') ? 'edit' : 'view';
  }

  private fieldSteps(
    say: Sentences,
    asked: Asked,
    field: FieldDescriptor,
    effect: FieldLevel,
    action: string,
  ): ExplanationStep[] {
    const { descriptor, snapshot, subject } = asked;
    const view = asked.record?.view;
    const access = this.access.decide(descriptor.key, action, snapshot, subject);
    const pii = piiOf(descriptor.key, field, snapshot);
    const branches = access.branches.filter(
      (b) =>
        !view ||
        view.shared ||
        !b.condition ||
        this.access.holds(descriptor.key, b.condition, view.state, snapshot),
    );
    const roles = [...new Map(branches.map((b) => [b.grant.role.id, b.grant.role])).values()];
    const isEnough = isSeeing(action) ? effect !== 'hidden' : effect === 'edit';
    const gives = (level: FieldLevel) => (isSeeing(action) ? level !== 'hidden' : level === 'edit');
    const isTold = this.rights.isTold(asked, field);
    const isForAssign = !isSeeing(action) && this.rights.needsAssign(asked, field);
    const isForManaging = !isSeeing(action) && this.rights.needsManaging(asked, field);
    const outcome = isEnough ? 'yes' : 'no';
    const steps = roles.map((role): ExplanationStep => {
      const { level, source, madeOf } = levelInRole(descriptor, role, field, snapshot);
      return {
        step: 'field',
        outcome: gives(level) ? 'yes' : isEnough ? 'notNeeded' : 'no',
        ...say.fieldByRole({
          role: role.name,
          level,
          field: field.key,
          source,
          class: pii,
          ...(madeOf ? { madeOf } : {}),
        }),
        source: { kind: 'role', id: role.id, name: role.name },
      };
    });
    if (!isTold)
      steps.push({ step: 'field', outcome, ...say.fieldMadeOf({ field: field.key }), source: null });
    if (!isSeeing(action) && action !== 'create' && !this.rights.may(asked, 'update'))
      steps.push({
        step: 'permission',
        outcome: 'no',
        ...say.permissionMissing({ action: 'update' }),
        source: null,
      });
    if (isForAssign)
      steps.push({ step: 'field', outcome, ...say.fieldNeedsAssign({ field: field.key }), source: null });
    if (isForManaging)
      steps.push({ step: 'field', outcome, ...say.fieldNeedsManaging({ field: field.key }), source: null });
    if (field.readOnly && !isSeeing(action))
      steps.push({ step: 'field', outcome, ...say.fieldSetByProduct({ field: field.key }), source: null });
    const rule = snapshot.masking.get(`${descriptor.key}.${field.key}`);
    const strategy = rule?.strategy ?? field.traits.masking.byDefault;
    steps.push({
      step: 'mask',
      outcome: effect === 'mask' ? 'yes' : 'notNeeded',
      ...(effect === 'mask'
        ? say.masked({ strategy, hasRule: rule !== undefined })
        : effect === 'hidden'
          ? say.nothingShown({})
          : say.inClear({})),
      source: rule ? { kind: 'maskingRule', id: null, name: `${rule.object}.${rule.field}` } : null,
    });
    return steps;
  }
}

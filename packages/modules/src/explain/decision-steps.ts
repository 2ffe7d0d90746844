import { Inject, Injectable } from '@nestjs/common';
import type { FieldLevel, Subject, TenantSnapshot } from '@pellucid/platform/access';
import {
  FIELD_ACCESS,
  type FieldAccess,
  type FieldDescriptor,
  gives,
  levelInRole,
  type ObjectAccess,
  piiOf,
  type RecordDescriptor,
  type RecordView,
  type ScopeBranch,
} from '@pellucid/platform/records';
import type { ExplanationStep } from './explanation.js';
import { isSeeing } from './explanation.remedies.js';
import type { Sentences } from './explanation.sentences.js';
import { QuestionChecks } from './question-checks.js';
import { type Asked, RightsService } from './rights.service.js';

/** What the caller may know of the records that open a record to a subject. */
export interface KnownLinks {
  /**
   * What opens it widest; undefined if nothing does. The record has the name that the caller may see, and is null if the
   * caller doesn't see the field that links to it.
   */
  opener:
    | { access: 'read' | 'edit'; record: { id: string; object: RecordDescriptor; name: string } | null }
    | undefined;
  /** Whether linked records that the caller does not see may open it too. */
  isCut: boolean;
  /** Whether the description lets links give the action to anybody. */
  mayOpen: boolean;
}

/** Whether a linked record lets the subject do what the access is about, if a policy admits the record. */
function isOpened({ scope }: ObjectAccess, { linked }: RecordView): boolean {
  return Boolean(scope?.inherited && gives(linked, scope.inherited.access));
}

function linkStep(
  say: Sentences,
  { opener, isCut, mayOpen }: KnownLinks,
  access: ObjectAccess,
  isLinked: boolean,
) {
  const record = opener?.record;
  const about = record && { name: record.name, object: record.object.label.toLowerCase() };
  const sentence = () => {
    if (opener && isLinked)
      return about
        ? say.linkOpens({ ...about, access: opener.access })
        : say.unnamedLinkOpens({ access: opener.access });
    if (!mayOpen) return say.linkGivesNot({});
    if (isCut && access.scope?.inherited) return say.linkWithheld({});
    if (!opener) return say.notLinked({});
    return about ? say.linkOpensToRead(about) : say.unnamedLinkOpensToRead({});
  };
  const step: ExplanationStep = {
    step: 'links',
    outcome: isLinked ? 'yes' : 'no',
    ...sentence(),
    source: record ? { kind: record.object.key, id: record.id, name: record.name } : null,
  };
  return step;
}

/** The parts of a decision, spelled out. */
@Injectable()
export class DecisionSteps {
  constructor(
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(RightsService) private readonly rights: RightsService,
    @Inject(QuestionChecks) private readonly checks: QuestionChecks,
  ) {}

  /** Returns the steps about the company, and about the person, key or role. */
  subjectSteps(say: Sentences, subject: Subject, snapshot: TenantSnapshot): ExplanationStep[] {
    const isLive = this.checks.isLive(subject, snapshot);
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

  /** Returns the roles that grant the action, or that none does. */
  permissionSteps(say: Sentences, access: ObjectAccess, subject: Subject, action: string): ExplanationStep[] {
    if (!access.branches.length)
      return [
        {
          step: 'permission',
          outcome: 'no',
          ...(subject.roles.length
            ? say.permissionMissing({ action })
            : say.permissionWithoutRole({ action })),
          source: null,
        },
      ];
    return access.branches.map(({ grant: { role, permission } }) => ({
      step: 'permission',
      outcome: 'yes',
      ...say.permissionGiven({ role: role.name, action, scope: permission.scope }),
      source: { kind: 'role', id: role.id, name: role.name },
    }));
  }

  /**
   * Returns the steps about ownership, policies, linked records and shares of the record.
   * @param links what the caller may know of linked records
   */
  reachSteps(
    say: Sentences,
    access: ObjectAccess,
    view: RecordView,
    { key: object, visibleThrough }: RecordDescriptor,
    snapshot: TenantSnapshot,
    links: KnownLinks,
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
    const isLinked = isOpened(access, view);
    for (const b of isLinked ? access.branches : reached) {
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
    const isShared = Boolean(shares && gives(view.shared, shares.access));
    const isOpen = isLinked && access.branches.some((b) => holds(b.grant.permission.condition));
    if (visibleThrough.length && !isReached && !isShared) steps.push(linkStep(say, links, access, isLinked));
    const sharing = () => {
      if (isReached || isOpen) return say.shareNotNeeded({});
      if (!shares) return say.shareGivesNot({});
      if (!view.shared) return say.notShared({});
      return isShared ? say.shared({ access: view.shared }) : say.sharedToRead({});
    };
    steps.push({
      step: 'sharing',
      outcome: isReached || isOpen ? 'notNeeded' : isShared ? 'yes' : 'no',
      ...sharing(),
      source: null,
    });
    return steps;
  }

  /** Returns the steps about a field: what roles say, what keeps it from being changed, and its mask. */
  fieldSteps(
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
        this.access.holds(descriptor.key, b.condition, view.state, snapshot) ||
        (isOpened(access, view) &&
          (!b.grant.permission.condition ||
            this.access.holds(descriptor.key, b.grant.permission.condition, view.state, snapshot))),
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

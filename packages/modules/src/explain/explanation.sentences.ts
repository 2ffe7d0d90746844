import { type Condition, OPERATORS } from '@pellucid/conditions';
import type { FieldLevel, MaskingStrategy, Scope } from '@pellucid/platform/access';
import type { LevelInRole, PiiClass, RecordDescriptor } from '@pellucid/platform/records';
import { conditionInWords, SCOPE_WORDS } from './explanation.rules.js';

/** What an explanation says: a sentence, and its code with parameters for readers in other languages. */
export interface Said {
  code: string;
  params: Record<string, unknown>;
  because: string;
}

const LEVEL_WORDS: Record<FieldLevel, string> = {
  edit: 'the right to see and change',
  view: 'the right to see',
  mask: 'only the masked form of',
  hidden: 'no sight of',
};

/** Where a role's word on a field comes from. */
export type LevelSource = LevelInRole['source'];

/** The sentences of explanations about one object. Parameters are keys, names and conditions, never values of records. */
export function sentencesOf(descriptor: RecordDescriptor) {
  const label = descriptor.label.toLowerCase();
  const plural = descriptor.pluralLabel.toLowerCase();
  const fieldLabel = (key: string) => descriptor.byKey.get(key)?.label ?? key;
  const words = (condition: Condition) =>
    conditionInWords(condition, fieldLabel, (op) => OPERATORS[op as keyof typeof OPERATORS]?.label ?? op);
  const quoted = (all: string[]) => all.map((name) => `"${name}"`).join(', ');
  const said =
    <P extends Record<string, unknown>>(code: string, sentence: (params: P) => string) =>
    (params: P): Said => ({ code, params, because: sentence(params) });
  return {
    tenantActive: said('tenantActive', (p: { company: string }) => `${p.company} is active.`),
    tenantSuspended: said('tenantSuspended', (p: { company: string }) => `${p.company} is suspended.`),
    memberActive: said('memberActive', (p: { name: string }) => `${p.name} is an active member.`),
    memberNotActive: said(
      'memberNotActive',
      (p: { name: string; status: string | null }) =>
        `${p.name} is ${p.status ?? 'no member'}, so nothing is allowed.`,
    ),
    keyValid: said('keyValid', (p: { name: string }) => `The key "${p.name}" is valid.`),
    keyExpired: said('keyExpired', (p: { name: string }) => `The key "${p.name}" has expired.`),
    roles: said(
      'roles',
      (p: { name: string; roles: string[] }) =>
        `${p.name} has ${p.roles.length === 1 ? 'the role' : 'the roles'} ${quoted(p.roles)}.`,
    ),
    roleViewed: said(
      'roleViewed',
      (p: { role: string }) =>
        `This is seen through the role "${p.role}": whoever has that role, and no other, is answered so.`,
    ),
    noRole: said('noRole', (p: { name: string }) => `${p.name} has no role.`),
    permissionGiven: said(
      'permissionGiven',
      (p: { role: string; action: string; scope: Scope }) =>
        `"${p.role}" gives the right to ${p.action} ${plural}, for ${SCOPE_WORDS[p.scope]}.`,
    ),
    permissionMissing: said(
      'permissionMissing',
      (p: { action: string }) => `None of the roles gives the right to ${p.action} ${plural}.`,
    ),
    permissionWithoutRole: said(
      'permissionWithoutRole',
      (p: { action: string }) => `Without a role there is no right to ${p.action} ${plural}.`,
    ),
    actionNotOffered: said(
      'actionNotOffered',
      (p: { action: string }) =>
        `Nobody can ${p.action} ${plural}: the product does it where it has to be done.`,
    ),
    recordMissing: said('recordMissing', () => `There is no such ${label}, or it is out of reach.`),
    recordDeleted: said('recordDeleted', () => `The ${label} is deleted: it has to be restored first.`),
    scopeReaches: said(
      'scopeReaches',
      (p: { role: string; scope: Scope }) =>
        `"${p.role}" reaches ${SCOPE_WORDS[p.scope]}; this ${label} is among them.`,
    ),
    scopeMisses: said(
      'scopeMisses',
      (p: { role: string; scope: Scope }) =>
        `"${p.role}" reaches ${SCOPE_WORDS[p.scope]}; this ${label} is not among them.`,
    ),
    policyHolds: said(
      'policyHolds',
      (p: { role: string; condition: Condition }) =>
        `"${p.role}" asks that ${words(p.condition)}: that is so.`,
    ),
    policyFails: said(
      'policyFails',
      (p: { role: string; condition: Condition }) =>
        `"${p.role}" asks that ${words(p.condition)}: that is not so.`,
    ),
    policyWithheld: said(
      'policyWithheld',
      (p: { field: string }) =>
        `It depends on "${fieldLabel(p.field)}", which your roles do not show you: ask somebody who sees it.`,
    ),
    shareNotNeeded: said('shareNotNeeded', () => 'No share is needed.'),
    shareGivesNot: said('shareGivesNot', () => 'A share does not give this.'),
    shared: said('shared', (p: { access: string }) => `The ${label} is shared with them to ${p.access}.`),
    sharedToRead: said('sharedToRead', () => `The ${label} is shared with them to read only.`),
    notShared: said('notShared', () => `The ${label} is not shared with them.`),
    fieldByRole: said(
      'fieldByRole',
      (p: {
        role: string;
        level: FieldLevel;
        field: string;
        source: LevelSource;
        class: PiiClass;
        madeOf?: string;
      }) =>
        `"${p.role}" gives ${LEVEL_WORDS[p.level]} "${fieldLabel(p.field)}": ${
          {
            administrator: 'administrators see everything',
            derived: `it is made of "${fieldLabel(p.madeOf ?? '')}", which the role withholds`,
            field: 'the role says so of this field',
            object: `the role says so of all fields of ${plural}`,
            class: `the role says nothing of it, and ${p.class} fields are then ${
              p.level === 'edit' ? 'open' : p.level === 'mask' ? 'masked' : 'hidden'
            }`,
          }[p.source]
        }.`,
    ),
    fieldMadeOf: said(
      'fieldMadeOf',
      (p: { field: string }) =>
        `"${fieldLabel(p.field)}" of this ${label} is made of values that are out of their sight: ${quoted(
          (descriptor.byKey.get(p.field)?.derivedFrom?.from ?? []).map((s) => fieldLabel(s.split('.')[0]!)),
        )}.`,
    ),
    fieldNeedsAssign: said(
      'fieldNeedsAssign',
      (p: { field: string }) =>
        `To change "${fieldLabel(p.field)}" of this ${label} takes the right to assign it.`,
    ),
    fieldNeedsManaging: said(
      'fieldNeedsManaging',
      (p: { field: string }) =>
        `"${fieldLabel(p.field)}" decides what people may see: to change it takes the right "Manage people".`,
    ),
    fieldSetByProduct: said(
      'fieldSetByProduct',
      (p: { field: string }) =>
        `"${fieldLabel(p.field)}" is set by the product itself, so nobody changes it.`,
    ),
    masked: said(
      'masked',
      (p: { strategy: MaskingStrategy; hasRule: boolean }) =>
        `The value is shown masked (${p.strategy}), ${
          p.hasRule ? 'by the rule of this company' : 'as fields of its type are'
        }.`,
    ),
    nothingShown: said('nothingShown', () => 'Nothing of it is shown.'),
    inClear: said('inClear', () => 'The value is shown in clear.'),

    needsManaging: said('needsManaging', () => 'A role with the right "Manage people".'),
    needsActiveTenant: said('needsActiveTenant', () => 'The company has to be active again.'),
    needsActiveMember: said('needsActiveMember', () => 'The person has to be activated again.'),
    needsValidKey: said('needsValidKey', () => 'The key has to be renewed.'),
    needsPermission: said(
      'needsPermission',
      (p: { action: string }) => `A role with the right to ${p.action} ${plural}.`,
    ),
    needsRecord: said('needsRecord', () => `A ${label} that exists and is in reach.`),
    needsScope: said(
      'needsScope',
      (p: { action: string }) => `A wider scope for ${p.action} in one of the roles.`,
    ),
    needsOwnership: said('needsOwnership', () => `Ownership of this ${label}.`),
    needsTeam: said('needsTeam', () => `A place in the team of its owner.`),
    needsRestoring: said('needsRestoring', () => `The ${label} has to be restored.`),
    needsSources: said(
      'needsSources',
      (p: { field: string }) => `Sight of everything that "${fieldLabel(p.field)}" is made of.`,
    ),
    needsShare: said('needsShare', () => `A share of this ${label}.`),
    needsCondition: said(
      'needsCondition',
      () => `A ${label} that meets the condition of the role, or a role without it.`,
    ),
    needsNothing: said(
      'needsNothing',
      (p: { field: string }) => `Nothing: "${fieldLabel(p.field)}" is set by the product itself.`,
    ),
    needsSight: said(
      'needsSight',
      (p: { field: string }) => `A role that gives sight of "${fieldLabel(p.field)}".`,
    ),
    needsWriting: said(
      'needsWriting',
      (p: { field: string }) => `A role that gives the right to change "${fieldLabel(p.field)}".`,
    ),
  };
}

/** Sentences about one object. */
export type Sentences = ReturnType<typeof sentencesOf>;

import { type Condition, isOperator, operatorLabel } from '@pellucid/conditions';
import type { FieldLevel, MaskingStrategy, Scope } from '@pellucid/platform/access';
import {
  type LevelInRole,
  ownSourcesOf,
  partOf,
  type PiiClass,
  type RecordDescriptor,
} from '@pellucid/platform/records';
import { conditionInWords, SCOPE_WORDS } from './explanation.rules.js';

/** A statement of an explanation: a sentence, and its code with parameters for other languages. */
export interface Said {
  code: string;
  params: Record<string, unknown>;
  because: string;
}

const LEVEL_WORDS: Record<FieldLevel, string> = {
  edit: 'allows changing',
  view: 'allows viewing',
  mask: 'masks',
  hidden: 'hides',
};

/** The API says "read" where pages say "view". */
const actionWord = (action: string): string => (action === 'read' ? 'view' : action);

/** Which setting of a role determines a field's level. */
export type LevelSource = LevelInRole['source'];

/**
 * Returns the sentences of explanations about one object. Parameters are keys, names and conditions, never values of
 * records.
 */
export function sentencesOf(descriptor: RecordDescriptor) {
  const label = descriptor.label.toLowerCase();
  const plural = descriptor.pluralLabel.toLowerCase();
  const fieldLabel = (key: string) => partOf(descriptor, key)?.label ?? key;
  const sourcesOf = (key: string) => {
    const derivation = partOf(descriptor, key)?.derivedFrom;
    return derivation ? ownSourcesOf(derivation) : [];
  };
  const words = (condition: Condition) =>
    conditionInWords(condition, fieldLabel, (op, field) =>
      isOperator(op) ? operatorLabel(op, descriptor.byKey.get(field)?.type) : op,
    );
  const quoted = (all: string[]) => all.map((name) => `"${name}"`).join(', ');
  const named = (p: { name: string; object: string }) => (p.name ? `"${p.name}" (${p.object})` : p.object);
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
        `${p.name} is ${p.status ?? 'not a member'} and can't do anything.`,
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
      (p: { role: string }) => `You're viewing as "${p.role}", so only this role counts.`,
    ),
    noRole: said('noRole', (p: { name: string }) => `${p.name} has no role.`),
    permissionGiven: said(
      'permissionGiven',
      (p: { role: string; action: string; scope: Scope }) =>
        `"${p.role}" gives the right to ${actionWord(p.action)} ${plural}. Scope: ${SCOPE_WORDS[p.scope]}.`,
    ),
    permissionMissing: said(
      'permissionMissing',
      (p: { action: string }) => `No role gives the right to ${actionWord(p.action)} ${plural}.`,
    ),
    permissionWithoutRole: said(
      'permissionWithoutRole',
      (p: { action: string }) => `Without a role, there is no right to ${actionWord(p.action)} ${plural}.`,
    ),
    actionNotOffered: said(
      'actionNotOffered',
      (p: { action: string }) => `Nobody can ${actionWord(p.action)} ${plural}. Pellucid does this itself.`,
    ),
    recordMissing: said('recordMissing', () => `The ${label} doesn't exist or is out of scope.`),
    recordFrozen: said(
      'recordFrozen',
      (p: { condition: Condition }) =>
        `Nobody can change this ${label} any more, because ${words(p.condition)}.`,
    ),
    recordDeleted: said('recordDeleted', () => `The ${label} is deleted. It must be restored first.`),
    scopeReaches: said(
      'scopeReaches',
      (p: { role: string; scope: Scope }) =>
        `"${p.role}" covers ${SCOPE_WORDS[p.scope]}, including this ${label}.`,
    ),
    scopeMisses: said(
      'scopeMisses',
      (p: { role: string; scope: Scope }) =>
        `"${p.role}" covers ${SCOPE_WORDS[p.scope]}, but not this ${label}.`,
    ),
    policyHolds: said(
      'policyHolds',
      (p: { role: string; condition: Condition }) =>
        `"${p.role}" applies only if ${words(p.condition)}. This ${label} matches.`,
    ),
    policyFails: said(
      'policyFails',
      (p: { role: string; condition: Condition }) =>
        `"${p.role}" applies only if ${words(p.condition)}. This ${label} doesn't match.`,
    ),
    policyWithheld: said(
      'policyWithheld',
      (p: { field: string }) =>
        `This depends on "${fieldLabel(p.field)}", which your roles don't show you. Ask someone who can see it.`,
    ),
    linkOpens: said(
      'linkOpens',
      (p: { name: string; object: string; access: string }) =>
        `The ${label} is linked to ${named(p)}, which they can ${p.access === 'read' ? 'view' : 'change'}.`,
    ),
    linkOpensToRead: said(
      'linkOpensToRead',
      (p: { name: string; object: string }) =>
        `The ${label} is linked to ${named(p)}, but this only lets them view it.`,
    ),
    unnamedLinkOpens: said(
      'unnamedLinkOpens',
      (p: { access: string }) =>
        `The ${label} is linked to a record that they can ${p.access === 'read' ? 'view' : 'change'}.`,
    ),
    unnamedLinkOpensToRead: said(
      'unnamedLinkOpensToRead',
      () => `The ${label} is linked to a record that they can view, but this only lets them view it.`,
    ),
    notLinked: said('notLinked', () => `No linked record opens the ${label} to them.`),
    linkGivesNot: said('linkGivesNot', () => "A linked record wouldn't allow this."),
    linkWithheld: said(
      'linkWithheld',
      () =>
        `This depends on a record that the ${label} is linked to, and that your roles don't show you. Ask someone who can see it.`,
    ),
    shareNotNeeded: said('shareNotNeeded', () => 'No share is needed.'),
    shareGivesNot: said('shareGivesNot', () => "Sharing wouldn't allow this."),
    shared: said(
      'shared',
      (p: { access: string }) =>
        `The ${label} is shared with them for ${p.access === 'read' ? 'viewing' : 'viewing and changing'}.`,
    ),
    sharedToRead: said('sharedToRead', () => `The ${label} is shared with them, but only for viewing.`),
    notShared: said('notShared', () => `The ${label} isn't shared with them.`),
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
        `"${p.role}" ${LEVEL_WORDS[p.level]} "${fieldLabel(p.field)}": ${
          {
            administrator: 'administrators see everything',
            derived: `it's made of "${fieldLabel(p.madeOf ?? '')}", which the role doesn't show`,
            field: 'the role sets this for the field',
            object: `the role sets this for all fields of ${plural}`,
            class: `the role sets nothing here, so ${p.class} fields are ${
              p.level === 'edit' ? 'shown' : p.level === 'mask' ? 'masked' : 'hidden'
            }`,
          }[p.source]
        }.`,
    ),
    fieldMadeOf: said(
      'fieldMadeOf',
      (p: { field: string }) =>
        `"${fieldLabel(p.field)}" of this ${label} is made of values they can't see: ${quoted(
          sourcesOf(p.field).map(fieldLabel),
        )}.`,
    ),
    fieldNeedsAssign: said(
      'fieldNeedsAssign',
      (p: { field: string }) => `Changing "${fieldLabel(p.field)}" requires the right to assign ${plural}.`,
    ),
    fieldNeedsManaging: said(
      'fieldNeedsManaging',
      (p: { field: string }) =>
        `"${fieldLabel(p.field)}" affects what people can see. Changing it requires the right "Manage people".`,
    ),
    fieldSetByProduct: said(
      'fieldSetByProduct',
      (p: { field: string }) => `Pellucid sets "${fieldLabel(p.field)}". Nobody can change it.`,
    ),
    masked: said(
      'masked',
      (p: { strategy: MaskingStrategy; hasRule: boolean }) =>
        `The value is masked (${p.strategy}), ${
          p.hasRule ? 'by a rule of this company' : 'the default for this type of field'
        }.`,
    ),
    nothingShown: said('nothingShown', () => 'Nothing is shown.'),
    inClear: said('inClear', () => 'The value is shown unmasked.'),

    needsManaging: said('needsManaging', () => 'Get a role with the right "Manage people".'),
    needsActiveTenant: said('needsActiveTenant', () => 'Reactivate the company.'),
    needsActiveMember: said('needsActiveMember', () => 'Reactivate the person.'),
    needsValidKey: said('needsValidKey', () => 'Renew the key.'),
    needsPermission: said(
      'needsPermission',
      (p: { action: string }) => `Get a role with the right to ${actionWord(p.action)} ${plural}.`,
    ),
    needsRecord: said('needsRecord', () => `Choose a ${label} that exists and is in scope.`),
    needsScope: said(
      'needsScope',
      (p: { action: string }) => `Widen the scope of one of the roles for ${p.action}.`,
    ),
    needsOwnership: said('needsOwnership', () => `Become the owner of this ${label}.`),
    needsTeam: said('needsTeam', () => "Join the owner's team."),
    needsRestoring: said('needsRestoring', () => `Restore the ${label}.`),
    needsSources: said(
      'needsSources',
      (p: { field: string }) => `Get access to everything "${fieldLabel(p.field)}" is made of.`,
    ),
    needsLinked: said('needsLinked', () => `Get access to a record that this ${label} is linked to.`),
    needsShare: said('needsShare', () => `Get this ${label} shared.`),
    needsCondition: said(
      'needsCondition',
      () => `Change the ${label} so that it meets the role's condition, or get a role without one.`,
    ),
    needsNothing: said(
      'needsNothing',
      (p: { field: string }) => `Nothing: Pellucid sets "${fieldLabel(p.field)}".`,
    ),
    needsSight: said(
      'needsSight',
      (p: { field: string }) => `Get a role that shows "${fieldLabel(p.field)}".`,
    ),
    needsWriting: said(
      'needsWriting',
      (p: { field: string }) => `Get a role that allows changing "${fieldLabel(p.field)}".`,
    ),
  };
}

/** Sentences about one object. */
export type Sentences = ReturnType<typeof sentencesOf>;

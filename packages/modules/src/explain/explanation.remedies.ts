import type { Subject } from '@pellucid/platform/access';
import type { FieldDescriptor, ScopeBranch } from '@pellucid/platform/records';
import type { ExplanationStep } from './explanation.js';
import type { Said, Sentences } from './explanation.sentences.js';

/** Whether an action only reads, so that a field need not be writable. */
export const isSeeing = (action: string) => action === 'read' || action === 'reveal' || action === 'export';

/** A refused decision, as needed to find remedies. */
export interface Refused {
  action: string;
  subject: Subject;
  field: FieldDescriptor | undefined;
  steps: ExplanationStep[];
  /** Branches whose condition the record meets: a wider scope on these would admit it. */
  openTo: ScopeBranch[];
}

/**
 * Returns what would turn a refusal into permission. Only the first obstacle is addressed, and each remedy removes it
 * alone: while the company is suspended no role helps, and sharing is not suggested for an action that a share does not
 * allow.
 */
export function remedies(say: Sentences, { action, subject, field, steps, openTo }: Refused): Said[] {
  const no = steps.filter((s) => s.outcome === 'no');
  const isRefused = (step: ExplanationStep['step']) => no.some((s) => s.step === step);
  const because = (code: string) => no.some((s) => s.code === code);
  if (isRefused('tenant')) return [say.needsActiveTenant({})];
  if (isRefused('membership')) return [say.needsActiveMember({})];
  if (isRefused('key')) return [say.needsValidKey({})];
  if (because('actionNotOffered')) return [];
  const missing = no.find((s) => s.code === 'permissionMissing');
  if (missing) return [say.needsPermission({ action: missing.params['action'] as string })];
  if (isRefused('roles') || isRefused('permission')) return [say.needsPermission({ action })];
  if (because('recordFrozen')) return [];
  if (because('recordDeleted')) return [say.needsRestoring({})];
  if (isRefused('record')) return [say.needsRecord({})];
  if (because('policyWithheld') || because('linkWithheld')) return [];
  if (isRefused('sharing')) {
    const found: Said[] = [];
    if (isRefused('scope') && openTo.length) {
      found.push(say.needsScope({ action }));
      const scopes = new Set(openTo.map((b) => b.grant.permission.scope));
      const isByTeam = scopes.has('team') || scopes.has('teamAndBelow');
      if (subject.kind === 'member' && (isByTeam || scopes.has('own'))) found.push(say.needsOwnership({}));
      if (subject.kind === 'member' && isByTeam) found.push(say.needsTeam({}));
    } else found.push(say.needsCondition({}));
    if (['notLinked', 'linkOpensToRead', 'unnamedLinkOpensToRead'].some(because))
      found.push(say.needsLinked({}));
    if (!because('shareGivesNot')) found.push(say.needsShare({}));
    return found;
  }
  if (!isRefused('field') || !field) return [];
  return fieldRemedies(say, action, field, steps, because);
}

function fieldRemedies(
  say: Sentences,
  action: string,
  field: FieldDescriptor,
  steps: ExplanationStep[],
  because: (code: string) => boolean,
): Said[] {
  const about = { field: field.key };
  if (field.readOnly && !isSeeing(action)) return [say.needsNothing(about)];
  if (!steps.some((s) => s.code === 'fieldByRole' && s.outcome === 'yes')) {
    const sources = steps.flatMap((s) =>
      s.outcome === 'no' && s.params['madeOf'] ? [s.params['madeOf'] as string] : [],
    );
    if (sources.length) return [...new Set(sources)].map((source) => say.needsSight({ field: source }));
    return [isSeeing(action) ? say.needsSight(about) : say.needsWriting(about)];
  }
  if (because('fieldNeedsAssign')) return [say.needsPermission({ action: 'assign' })];
  if (because('fieldNeedsManaging')) return [say.needsManaging({})];
  if (because('fieldMadeOf')) return [say.needsSources(about)];
  return [];
}

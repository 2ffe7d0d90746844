import { AccessDirectory, type DuplicateRule, type TenantSnapshot } from '@pellucid/platform/access';
import {
  contextLanguage,
  keyFormOf,
  newId,
  planOf,
  type RecordRegistry,
  type StartingRule,
  textFormOf,
} from '@pellucid/platform/records';
import type { ProvisioningStep } from '@pellucid/platform/tenancy';
import type { DuplicateRulesRepository } from './duplicate-rules.repository.js';

/** Names of the rules that every new company has. Objects say in their descriptions what these compare (`sameBy`). */
const NAMES: Readonly<Record<StartingRule, { en: string; de: string }>> = {
  email: { en: 'Same e-mail address', de: 'Gleiche E-Mail-Adresse' },
  website: { en: 'Same website', de: 'Gleiche Website' },
};

/** Creates the rules of a new company. It has no records yet, so their keys are complete. */
export function defaultRulesStep(
  repository: DuplicateRulesRepository,
  registry: RecordRegistry,
  directory: AccessDirectory,
): ProvisioningStep {
  return {
    name: 'duplicates.rules',
    order: 200,
    async run(uow, { locale }) {
      const snapshot: TenantSnapshot = await directory.current();
      const language = contextLanguage() === 'de' ? 'de' : 'en';
      const statements = (Object.keys(NAMES) as StartingRule[]).flatMap((start) => {
        const objects = registry
          .product()
          .flatMap(({ key, sameBy }) => (sameBy[start] ? [{ key, fields: sameBy[start] }] : []));
        if (!objects.length) return [];
        const values = {
          name: NAMES[start][language],
          objects: objects.map(({ key }) => key),
          conditions: objects[0]!.fields.map((_, n) => ({
            method: 'normalised' as const,
            fields: Object.fromEntries(objects.map(({ key, fields }) => [key, [fields[n]!]])),
          })),
          onCreate: 'warn' as const,
          onUpdate: 'warn' as const,
          onImport: 'warn' as const,
          edition: 1,
        };
        const id = newId();
        const rule: DuplicateRule = { id, ...values };
        const plan = planOf(rule, registry, snapshot)!;
        const keyForm = keyFormOf(plan, textFormOf(locale));
        return [repository.insert(uow.tenantId, id, { ...values, isActive: true, keyForm })];
      });
      if (statements.length) await uow.together(statements);
    },
  };
}

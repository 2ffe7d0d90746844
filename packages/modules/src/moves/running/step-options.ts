import type { ImportOptions } from '@pellucid/modules/imports';
import { importTarget, RECORD_ID_KEY } from '@pellucid/modules/imports';
import { PEOPLE, type RecordDescriptor } from '@pellucid/platform/records';
import { columnOf, type RecordFile } from '../catalogues/index.js';
import type { MoveLinks } from '../moves.types.js';
import type { MovePlan, PlannedFile } from '../planning/move-plan.js';

/** What the options of a step are made of. */
export interface StepContext {
  kind: RecordFile;
  file: PlannedFile;
  plan: MovePlan;
  links: MoveLinks;
  /** Objects whose records the move brings: what is missing among them is an error. */
  brought: ReadonlySet<string>;
  descriptor: RecordDescriptor;
}

/** Returns the options of the import that brings a file. */
export function stepOptions({ kind, file, plan, links, brought, descriptor }: StepContext): ImportOptions {
  const options: ImportOptions = {
    object: file.object!,
    mode: kind.mode ?? 'upsert',
    matchBy: ['externalId'],
    mapping: {},
    values: {},
    references: {},
    unknownOptions: 'create',
    // Everything is brought: what was double before is found and merged afterwards.
    duplicates: 'allow',
  };
  for (const { name, field: key } of file.columns) {
    if (key === null) continue;
    options.mapping[name] = key;
    const field = importTarget(descriptor, key);
    const choices = plan.choices.filter(
      (c) => c.fileId === file.fileId && c.column === name && c.field === key,
    );
    if (choices.length)
      options.values![name] = Object.fromEntries(choices.map(({ value, option }) => [value, option]));
    if (!field?.references) continue;
    const own = columnOf(kind, name);
    const isAsKnown = own?.field === key;
    if (isAsKnown && field.lookupScope) {
      options.values![name] = links.stages;
      options.references![name] = { by: RECORD_ID_KEY, unknown: 'error' };
    } else if (isAsKnown && field.references === PEOPLE) {
      options.values![name] = links.people;
      options.references![name] = { by: RECORD_ID_KEY, unknown: 'empty' };
    } else
      options.references![name] = {
        ...(isAsKnown && own.by !== 'name' && !field.traits.isList ? { by: 'externalId' } : {}),
        // Tags are made as they are named.
        unknown: field.traits.isList ? 'create' : brought.has(field.references) ? 'error' : 'empty',
      };
  }
  const lines = new Set(
    file.columns.flatMap(({ field }) => {
      const target = field === null ? undefined : importTarget(descriptor, field);
      return target?.line ? [target.line.collection] : [];
    }),
  );
  if (lines.size)
    options.lines = Object.fromEntries([...lines].map((key) => [key, { mode: 'replace' as const }]));
  return options;
}

import { Inject, Injectable } from '@nestjs/common';
import {
  AccessDirectory,
  type RoleDefinition,
  type Subject,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import { type FieldProblem, unprocessable } from '@pellucid/platform/errors';
import {
  currencyFieldOf,
  type FieldDescriptor,
  fieldOf as describedField,
  type FieldVisibility,
  type FilterContext,
  type LoadedRecord,
  presentedValue,
  presentRecord,
  RecordAccess,
  RecordRegistry,
  RecordService,
  UNLIMITED,
} from '@pellucid/platform/records';
import { ShownRecordsRepository } from '../shown-records.repository.js';
import { fieldOf, misfit, type RuleWish } from './rule-checks.rules.js';

/** Maximum number of rows shown. */
const ROWS = 10;

/** The rules of one object to try out. */
export interface PreviewWish {
  object: string;
  rules: Omit<RuleWish, 'object'>[];
  /** Keys of the fields to show; by default those of the rules. */
  fields?: string[] | undefined;
  /** Shows only this role; all by default. */
  roleId?: string | undefined;
}

/** The same rows as one role would see them. */
export interface RolePreview {
  role: { id: string; name: string };
  /** Whether the role may read the object. */
  mayRead: boolean;
  access: Record<string, FieldVisibility>;
  rows: { id: string; name: string | null; values: Record<string, unknown> }[];
}

/** Shows real rows as roles would see them under rules that are not saved. */
@Injectable()
export class MaskingPreviewService {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordAccess) private readonly rights: RecordAccess,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ShownRecordsRepository) private readonly shown: ShownRecordsRepository,
  ) {}

  /**
   * Previews rows that the caller may see. Fields that they do not see unmasked are not shown in the preview either.
   * @throws ProblemError 422 for an unknown object, field or role, or a rule that does not fit
   */
  async preview(wish: PreviewWish): Promise<{ fields: string[]; withheld: string[]; data: RolePreview[] }> {
    const snapshot = await this.directory.current();
    const problems = this.problemsOf(wish, snapshot);
    if (problems.length) throw unprocessable(problems);
    const context = await this.records.reader.contextFor(wish.object);
    const { descriptor } = context;
    const keys = [...new Set(wish.fields ?? wish.rules.map((rule) => rule.field))];
    const fields = keys.map((key) => describedField(descriptor, key)!);
    const own = context.access.decide(wish.object, 'read', context.snapshot);
    const rows = own.allowed ? await this.sample(context, fields) : [];
    this.records.reader.noteShown(
      context,
      own.rules,
      fields,
      rows.map(({ record }) => record.id),
    );
    const withheld = keys.filter((key) => !own.rules.canFilter(key));
    const changed = changedSnapshot(context.snapshot, wish);
    const roles = wish.roleId ? [snapshot.roles.get(wish.roleId)!] : [...snapshot.roles.values()];
    const baseCurrency = context.snapshot.settings.baseCurrency;
    return {
      fields: keys,
      withheld,
      data: roles.map((role): RolePreview => {
        const access = this.rights.decide(wish.object, 'read', changed, subjectWith(role));
        const visibility = (key: string) => (access.allowed ? access.rules.read(key) : 'hidden');
        return {
          role: { id: role.id, name: role.name },
          mayRead: access.allowed,
          access: Object.fromEntries(keys.map((key) => [key, visibility(key)])),
          rows: rows.map(({ record, name }) => {
            const own = fields.filter((f) => !f.line);
            const { lines } = descriptor;
            const clear = presentRecord(record, { descriptor, access: UNLIMITED, baseCurrency }, own, lines);
            const shown = (f: FieldDescriptor) => {
              if (withheld.includes(f.key) || visibility(f.key) === 'hidden') return null;
              // Of lines, the first one is the example.
              const value = f.line ? clear[f.line.collection]?.[0]?.[f.line.name] : presentedValue(clear, f);
              return visibility(f.key) === 'mask' ? access.rules.mask(f.key, value) : (value ?? null);
            };
            return {
              id: record.id,
              name,
              values: access.allowed ? Object.fromEntries(fields.map((f) => [f.key, shown(f)])) : {},
            };
          }),
        };
      }),
    };
  }

  /** Returns some rows of the object with their names, as far as the caller may see both. */
  private async sample(
    context: FilterContext,
    fields: FieldDescriptor[],
  ): Promise<{ record: LoadedRecord; name: string | null }[]> {
    const { reader } = this.records;
    const object = context.descriptor.key;
    const page = await this.records.list(object, { limit: ROWS, fields: [] });
    const ids = page.data.map((row) => row.id);
    if (!ids.length) return [];
    const plan = reader.readPlan(
      context,
      fields.flatMap((f) => [f.line?.collection ?? f.key, ...[currencyFieldOf(f) ?? []].flat()]),
    );
    const [{ seen }, names] = await Promise.all([
      this.shown.load(context, plan, ids),
      this.shown.names([{ context, ids }]),
    ]);
    return ids.flatMap((id) => {
      const record = seen.get(id);
      return record ? [{ record, name: names.get(id) ?? null }] : [];
    });
  }

  private problemsOf(wish: PreviewWish, snapshot: TenantSnapshot): FieldProblem[] {
    const ground = { registry: this.registry, snapshot };
    if (!this.registry.has(wish.object, snapshot)) {
      const found = fieldOf({ object: wish.object, field: '' }, ground);
      return 'problem' in found ? [found.problem] : [];
    }
    const problems = wish.rules.flatMap((rule, i): FieldProblem[] => {
      const found = fieldOf({ object: wish.object, field: rule.field }, ground, `/rules/${i}`);
      if ('problem' in found) return [found.problem];
      const problem = misfit(rule, found.descriptor, found.f, ground, `/rules/${i}`);
      return problem ? [problem] : [];
    });
    for (const [i, key] of (wish.fields ?? []).entries()) {
      const found = fieldOf({ object: wish.object, field: key }, ground);
      if ('problem' in found) problems.push({ ...found.problem, pointer: `/fields/${i}` });
    }
    if (wish.roleId && !snapshot.roles.has(wish.roleId))
      problems.push({
        pointer: '/roleId',
        code: 'unknownRole',
        message: "This role doesn't exist. Choose one from GET /roles.",
      });
    return problems;
  }
}

/** Returns a subject with this role only. */
function subjectWith(role: RoleDefinition): Subject {
  return {
    kind: 'role',
    id: role.id,
    name: role.name,
    memberId: null,
    teamId: null,
    legalEntityIds: [],
    roles: [role],
  };
}

/** Returns the company's snapshot with the rules applied. */
function changedSnapshot(snapshot: TenantSnapshot, { object, rules }: PreviewWish): TenantSnapshot {
  const masking = new Map(snapshot.masking);
  for (const rule of rules) masking.set(`${object}.${rule.field}`, { ...rule, object });
  return { ...snapshot, masking };
}

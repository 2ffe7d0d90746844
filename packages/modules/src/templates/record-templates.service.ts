import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { TenantSnapshot } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { forbidden, unprocessable } from '@pellucid/platform/errors';
import {
  FIELD_ACCESS,
  type FieldAccess,
  type FieldDescriptor,
  type FieldUse,
  FieldUses,
  type FieldUser,
} from '@pellucid/platform/records';
import { KeptTemplates, TemplateParts } from './kept/kept-templates.js';
import type { TemplateRow } from './kept/template.types.js';
import { templateFields, type TemplateValues, usableValues, valueProblems } from './template-values.js';

/** What a reader may use of a template. */
export interface ShownValues {
  values: TemplateValues;
  /** Keys of the fields that it has values for which the reader can't use; none for those who may not know them. */
  leftOut: string[];
}

/** Keeps values that new records start with by name. Shared ones are for everyone who may create such records. */
@Injectable()
export class RecordTemplatesService
  extends KeptTemplates<TemplateValues, ShownValues>
  implements FieldUser, OnModuleInit
{
  constructor(
    @Inject(TemplateParts) parts: TemplateParts,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(FieldUses) private readonly uses: FieldUses,
  ) {
    super(parts, 'recordTemplate', { name: 'record_template', content: 'content' });
  }

  onModuleInit(): void {
    this.uses.register(this);
  }

  usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    return this.naming(uow, object, field, 'template');
  }

  protected override mayUse(object: string, snapshot: TenantSnapshot): boolean {
    return this.parts.directory.may(snapshot, { object, action: 'create' });
  }

  protected override assertUsable(
    object: string,
    values: TemplateValues,
    snapshot: TenantSnapshot,
  ): string[] {
    const { registry } = this.parts;
    if (!registry.has(object, snapshot)) throw unknownObject(object);
    if (!this.mayUse(object, snapshot))
      throw forbidden(
        'permissionMissing',
        `Your roles don't let you create ${registry.forTenant(object, snapshot).pluralLabel.toLowerCase()}.`,
      );
    const problems = valueProblems(this.fieldsOf(object, snapshot), values);
    if (problems.length) throw unprocessable(problems.slice(0, 50));
    return Object.keys(values).map((key) => `${object}.${key}`);
  }

  protected override shown(
    { object, content }: TemplateRow<TemplateValues>,
    snapshot: TenantSnapshot,
    knowsFields: boolean,
  ): ShownValues {
    const values = usableValues(this.fieldsOf(object, snapshot), content);
    return { values, leftOut: knowsFields ? Object.keys(content).filter((key) => !(key in values)) : [] };
  }

  private fieldsOf(object: string, snapshot: TenantSnapshot): Map<string, FieldDescriptor> {
    const rules = (action: 'create' | 'read', bits: number) =>
      this.access.decide(object, action, snapshot).rulesFor(bits);
    return templateFields(this.parts.registry.forTenant(object, snapshot), {
      create: rules('create', -1),
      // A template is no record of theirs: what they see of some records only, they don't see here.
      read: rules('read', 0),
    });
  }
}

const unknownObject = (object: string) =>
  unprocessable([
    {
      pointer: '/object',
      code: 'unknownObject',
      message: `There is no object "${object.slice(0, 80)}". Use the key of an object.`,
    },
  ]);

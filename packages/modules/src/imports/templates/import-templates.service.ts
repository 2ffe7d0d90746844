import { Inject, Injectable } from '@nestjs/common';
import { KeptTemplates, TemplateParts, type TemplateRow } from '@pellucid/modules/templates';
import type { TenantSnapshot } from '@pellucid/platform/access';
import { type ImportRights, importRights } from '../engine/import-rights.js';
import { ImportAccess } from '../import-access.js';
import type { ImportOptions } from '../import-options.schema.js';
import { isImportable } from '../mapping/import-targets.js';
import type { ShownOptions } from './import-template.types.js';
import { unusableFields } from './import-templates.errors.js';
import { fieldsNamed, usableOptions } from './template-options.js';

/** Keeps the options of imports by name. Shared ones are for everyone who may import into their object. */
@Injectable()
export class ImportTemplatesService extends KeptTemplates<ImportOptions, ShownOptions> {
  constructor(
    @Inject(TemplateParts) parts: TemplateParts,
    @Inject(ImportAccess) private readonly access: ImportAccess,
  ) {
    super(parts, 'importTemplate', { name: 'import_template', content: 'options' });
  }

  protected override mayUse(object: string, snapshot: TenantSnapshot): boolean {
    const descriptor = this.parts.registry.forTenant(object, snapshot);
    return isImportable(descriptor) && this.access.mayImport(object, snapshot);
  }

  protected override assertUsable(
    object: string,
    options: ImportOptions,
    snapshot: TenantSnapshot,
  ): string[] {
    const descriptor = this.access.objectOf(object, snapshot);
    this.access.assertMayImport(descriptor, snapshot);
    const { leftOut } = usableOptions(
      options,
      this.access.writable(descriptor, snapshot),
      this.lookUpsOf(object, snapshot),
    );
    if (leftOut.length) throw unusableFields(leftOut);
    return fieldsNamed(options, (key) => this.parts.registry.forTenant(key, snapshot));
  }

  protected override shown(
    { object, content }: TemplateRow<ImportOptions>,
    snapshot: TenantSnapshot,
    knowsFields: boolean,
  ): ShownOptions {
    const descriptor = this.access.writable(this.parts.registry.forTenant(object, snapshot), snapshot);
    const { options, leftOut } = usableOptions(content, descriptor, this.lookUpsOf(object, snapshot));
    return {
      options,
      leftOut: leftOut.map(({ column, field }) => ({ column, field: knowsFields ? field : null })),
    };
  }

  /** Returns whether the caller may look up records by a field. */
  private lookUpsOf(object: string, snapshot: TenantSnapshot): ImportRights['isClear'] {
    const { reader } = this.parts.records;
    const context = reader.contextOf(this.parts.registry.forTenant(object, snapshot), snapshot);
    return importRights(reader, context).isClear;
  }
}

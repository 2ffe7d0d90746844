import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import {
  CursorSealer,
  type IdempotencyRequest,
  newId,
  RecordRegistry,
  RecordService,
  type SecurityEvent,
  securityEventStatements,
} from '@pellucid/platform/records';
import { type ImportRights, importRights } from '../engine/import-rights.js';
import { ImportAccess } from '../import-access.js';
import type { ImportOptions } from '../import-options.schema.js';
import { isImportable } from '../mapping/import-targets.js';
import type { ImportTemplate, TemplateInput, TemplateRow } from './import-template.types.js';
import {
  needsSharing,
  templateChanged,
  templateNotYours,
  tooManyTemplates,
  unusableFields,
} from './import-templates.errors.js';
import { ImportTemplatesRepository, type TemplateValues } from './import-templates.repository.js';
import { fieldsNamed, usableOptions } from './template-options.js';

/** Limit for each person; for API keys together. */
const MAX_TEMPLATES = 200;

/** Keeps the options of imports by name. Templates are private, or shared with everyone who may import into their object. */
@Injectable()
export class ImportTemplatesService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ImportTemplatesRepository) private readonly templates: ImportTemplatesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ImportAccess) private readonly access: ImportAccess,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page of the templates that the caller can use. */
  async list(query: {
    object?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ templates: ImportTemplate[]; nextCursor: string | null }> {
    const snapshot = await this.directory.current();
    const binding = `import templates ${requireTenant()} ${query.object ?? ''}`;
    const after = query.cursor === undefined ? undefined : this.cursors.open(query.cursor, binding).id;
    const objects = this.registry
      .allForTenant(snapshot)
      .filter((d) => isImportable(d) && this.access.mayImport(d.key, snapshot))
      .map(({ key }) => key)
      .filter((key) => query.object === undefined || key === query.object);
    const found = await this.templates.page(this.memberIn(snapshot), {
      objects,
      after,
      limit: query.limit + 1,
    });
    const rows = found.slice(0, query.limit);
    await this.records.reader.nameMakers(rows.map(({ owner }) => owner));
    return {
      templates: rows.map((row) => this.present(row, snapshot)),
      nextCursor:
        found.length > query.limit ? this.cursors.seal({ values: [], id: rows.at(-1)!.id }, binding) : null,
    };
  }

  /** Returns a template as far as the caller may use it. @throws ProblemError 404 */
  async get(id: string): Promise<ImportTemplate> {
    const snapshot = await this.directory.current();
    const row = this.seen(await this.templates.find(id, this.memberIn(snapshot)), snapshot);
    await this.records.reader.nameMakers([row.owner]);
    return this.present(row, snapshot);
  }

  /**
   * Saves a template. It belongs to the caller.
   * @throws ProblemError 403 without the right to import into the object, 422 for fields that the caller can't fill
   */
  async create(input: TemplateInput, idempotency?: IdempotencyRequest): Promise<ImportTemplate> {
    const snapshot = await this.directory.current();
    const memberId = this.memberIn(snapshot);
    const values = this.valuesOf(input, snapshot);
    if (memberId === null && !values.isShared) throw needsSharing();
    const { body } = await this.records.unit(idempotency, async (uow) => {
      if ((await this.templates.countOf(uow, memberId)) >= MAX_TEMPLATES)
        throw tooManyTemplates(MAX_TEMPLATES);
      const id = newId();
      await uow.together([
        this.templates.insert(uow.tenantId, id, memberId, values),
        ...securityEventStatements(templateEvents(id, undefined, values)),
      ]);
      return { status: 201, body: { id } };
    });
    return this.get(body.id);
  }

  /**
   * Changes a template: its name, who sees it, or all of its options.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 412, 403 for others' templates, 422 for fields that the caller can't fill
   */
  async change(
    id: string,
    change: Partial<TemplateInput>,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<ImportTemplate> {
    const snapshot = await this.directory.current();
    await this.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, snapshot, ifMatch);
      const { name = before.name, isShared = before.isShared } = change;
      const values = change.options
        ? this.valuesOf({ name, isShared, options: change.options }, snapshot)
        : { ...this.named(before.options, snapshot), name, isShared };
      if (before.ownerId === null && !isShared) throw needsSharing();
      await uow.together([
        this.templates.update(id, values),
        ...securityEventStatements(templateEvents(id, before, values)),
      ]);
      return { status: 200, body: { id } };
    });
    return this.get(id);
  }

  /** Deletes a template. @throws ProblemError 404, 412, 403 for others' templates */
  async remove(id: string, ifMatch?: number, idempotency?: IdempotencyRequest): Promise<void> {
    const snapshot = await this.directory.current();
    await this.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, snapshot, ifMatch);
      await uow.together([
        this.templates.remove(id),
        ...securityEventStatements(templateEvents(id, before, undefined)),
      ]);
      return { status: 204, body: null };
    });
  }

  private memberIn(snapshot: TenantSnapshot): string | null {
    return this.directory.subject(snapshot).memberId;
  }

  private seen(row: TemplateRow | undefined, snapshot: TenantSnapshot): TemplateRow {
    if (!row || !this.registry.has(row.object, snapshot) || !this.access.mayImport(row.object, snapshot))
      throw notFound('The template');
    return row;
  }

  /** Owners change their templates; whoever manages settings changes those that are shared. */
  private mayChange({ ownerId, isShared }: TemplateRow, snapshot: TenantSnapshot): boolean {
    const memberId = this.memberIn(snapshot);
    return (
      (ownerId !== null && ownerId === memberId) ||
      (isShared && this.directory.may(snapshot, { system: 'manageSettings' }))
    );
  }

  private async held(
    uow: UnitOfWork,
    id: string,
    snapshot: TenantSnapshot,
    ifMatch: number | undefined,
  ): Promise<TemplateRow> {
    const row = this.seen(await this.templates.lock(uow, id, this.memberIn(snapshot)), snapshot);
    if (!this.mayChange(row, snapshot)) throw templateNotYours();
    if (ifMatch !== undefined && ifMatch !== row.version) throw templateChanged(this.present(row, snapshot));
    return row;
  }

  private present({ ownerId, ...row }: TemplateRow, snapshot: TenantSnapshot): ImportTemplate {
    const descriptor = this.access.writable(this.registry.forTenant(row.object, snapshot), snapshot);
    const { options, leftOut } = usableOptions(row.options, descriptor, this.lookUpsOf(row.object, snapshot));
    // Others may not know a field that they can't fill: it looks like one that is gone.
    const knowsFields =
      (ownerId !== null && ownerId === this.memberIn(snapshot)) ||
      this.directory.may(snapshot, { system: 'manageFields' });
    return {
      ...row,
      options,
      leftOut: leftOut.map(({ column, field }) => ({ column, field: knowsFields ? field : null })),
      mayChange: this.mayChange({ ownerId, ...row }, snapshot),
    };
  }

  private valuesOf(
    { name, options, isShared = false }: TemplateInput,
    snapshot: TenantSnapshot,
  ): TemplateValues {
    const descriptor = this.access.objectOf(options.object, snapshot);
    this.access.assertMayImport(descriptor, snapshot);
    const { leftOut } = usableOptions(
      options,
      this.access.writable(descriptor, snapshot),
      this.lookUpsOf(options.object, snapshot),
    );
    if (leftOut.length) throw unusableFields(leftOut);
    return { ...this.named(options, snapshot), name, isShared };
  }

  /** Returns whether the caller may look up records by a field. */
  private lookUpsOf(object: string, snapshot: TenantSnapshot): ImportRights['isClear'] {
    const { reader } = this.records;
    const context = reader.contextOf(this.registry.forTenant(object, snapshot), snapshot);
    return importRights(reader, context).isClear;
  }

  private named(options: ImportOptions, snapshot: TenantSnapshot) {
    const uses = fieldsNamed(options, (key) => this.registry.forTenant(key, snapshot));
    return { object: options.object, options, uses };
  }
}

/** Returns the event of a change of a template that others use before or after it. The log has names and no options. */
function templateEvents(
  id: string,
  before: Pick<TemplateRow, 'name' | 'isShared'> | undefined,
  after: Pick<TemplateRow, 'name' | 'isShared'> | undefined,
): SecurityEvent[] {
  if (!before?.isShared && !after?.isShared) return [];
  const verb = !before ? 'importTemplateCreated' : after ? 'importTemplateChanged' : 'importTemplateDeleted';
  const keys = (['name', 'isShared'] as const).filter((key) => before?.[key] !== after?.[key]);
  const changes = Object.fromEntries(
    keys.map((key) => [key, { ...(before && { before: before[key] }), ...(after && { after: after[key] }) }]),
  );
  return [{ verb, object: 'importTemplate', recordId: id, changes }];
}

import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import {
  CursorSealer,
  type FieldUse,
  type IdempotencyRequest,
  newId,
  RecordRegistry,
  RecordService,
  type SecurityEvent,
  securityEventStatements,
} from '@pellucid/platform/records';
import type { TemplateChange, TemplateHead, TemplateInput, TemplateRow } from './template.types.js';
import { needsSharing, templateChanged, templateNotYours, tooManyTemplates } from './template.errors.js';
import { type TemplateTable, TemplatesRepository } from './templates.repository.js';

/** Limit for each person; for API keys together. */
const MAX_TEMPLATES = 200;

/** What every kind of templates needs. */
@Injectable()
export class TemplateParts {
  readonly cursors: CursorSealer;

  constructor(
    @Inject(TemplatesRepository) readonly tables: TemplatesRepository,
    @Inject(RecordService) readonly records: RecordService,
    @Inject(RecordRegistry) readonly registry: RecordRegistry,
    @Inject(AccessDirectory) readonly directory: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }
}

/**
 * Keeps what somebody does often by name. Templates are private, or shared with everyone who may use them. Each kind says
 * for which objects one may use them, what may be kept, and what of it is shown to its reader.
 */
export abstract class KeptTemplates<Content, Shown extends object> {
  protected readonly table: TemplateTable<Content>;

  /**
   * @param kind name of the kind: it begins the verbs of its events
   * @param table and column of its content
   */
  protected constructor(
    protected readonly parts: TemplateParts,
    private readonly kind: string,
    table: { name: string; content: string },
  ) {
    this.table = parts.tables.table(table.name, table.content);
  }

  /** Whether the caller can use templates for the object, which exists. */
  protected abstract mayUse(object: string, snapshot: TenantSnapshot): boolean;
  /**
   * Asserts that the caller can keep this for the object.
   * @returns the fields that it names, with their objects
   * @throws ProblemError 403, 422
   */
  protected abstract assertUsable(object: string, content: Content, snapshot: TenantSnapshot): string[];
  /** Returns what the caller may use of the content. @param knowsFields whether they may know which fields it names */
  protected abstract shown(row: TemplateRow<Content>, snapshot: TenantSnapshot, knowsFields: boolean): Shown;

  /** Returns a page of the templates that the caller can use. @throws ProblemError 400 for an invalid cursor */
  async list(query: {
    object?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ templates: (TemplateHead & Shown)[]; nextCursor: string | null }> {
    const { registry, directory, cursors, records } = this.parts;
    const snapshot = await directory.current();
    const binding = `${this.kind} ${requireTenant()} ${query.object ?? ''}`;
    const after = query.cursor === undefined ? undefined : cursors.open(query.cursor, binding).id;
    const objects = registry
      .allForTenant(snapshot)
      .map(({ key }) => key)
      .filter((key) => (query.object === undefined || key === query.object) && this.mayUse(key, snapshot));
    const { limit } = query;
    const found = await this.table.page(this.memberIn(snapshot), { objects, after, limit: limit + 1 });
    const rows = found.slice(0, limit);
    await records.reader.nameMakers(rows.map(({ owner }) => owner));
    return {
      templates: rows.map((row) => this.present(row, snapshot)),
      nextCursor: found.length > limit ? cursors.seal({ values: [], id: rows.at(-1)!.id }, binding) : null,
    };
  }

  /** Returns a template as far as the caller may use it. @throws ProblemError 404 */
  async get(id: string): Promise<TemplateHead & Shown> {
    const snapshot = await this.parts.directory.current();
    const row = this.seen(await this.table.find(id, this.memberIn(snapshot)), snapshot);
    await this.parts.records.reader.nameMakers([row.owner]);
    return this.present(row, snapshot);
  }

  /** Keeps something as a template of the caller's. @throws ProblemError 403, 422 */
  async create(
    { object, name, content, isShared = false }: TemplateInput<Content>,
    idempotency?: IdempotencyRequest,
  ): Promise<TemplateHead & Shown> {
    const snapshot = await this.parts.directory.current();
    const memberId = this.memberIn(snapshot);
    const uses = this.assertUsable(object, content, snapshot);
    const values = { object, name, content, isShared, uses };
    if (memberId === null && !isShared) throw needsSharing();
    const { body } = await this.parts.records.unit(idempotency, async (uow) => {
      if ((await this.table.countOf(uow, memberId)) >= MAX_TEMPLATES) throw tooManyTemplates(MAX_TEMPLATES);
      const id = newId();
      await uow.together([
        this.table.insert(uow.tenantId, id, memberId, values),
        ...securityEventStatements(this.eventsOf(id, undefined, values)),
      ]);
      return { status: 201, body: { id } };
    });
    return this.get(body.id);
  }

  /**
   * Changes a template: its name, who sees it, or all of its content, which may be for another object.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 412, 403 for others' templates, 422 for what the caller can't keep
   */
  async change(
    id: string,
    change: TemplateChange<Content>,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<TemplateHead & Shown> {
    const snapshot = await this.parts.directory.current();
    await this.parts.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, snapshot, ifMatch);
      const { object = before.object, name = before.name, isShared = before.isShared, content } = change;
      if (before.ownerId === null && !isShared) throw needsSharing();
      const named = { name, isShared };
      const statement =
        content === undefined
          ? this.table.rename(id, named)
          : this.table.update(id, {
              ...named,
              object,
              content,
              uses: this.assertUsable(object, content, snapshot),
            });
      await uow.together([statement, ...securityEventStatements(this.eventsOf(id, before, named))]);
      return { status: 200, body: { id } };
    });
    return this.get(id);
  }

  /** Deletes a template. @throws ProblemError 404, 412, 403 for others' templates */
  async remove(id: string, ifMatch?: number, idempotency?: IdempotencyRequest): Promise<void> {
    const snapshot = await this.parts.directory.current();
    await this.parts.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, snapshot, ifMatch);
      await uow.together([
        this.table.remove(id),
        ...securityEventStatements(this.eventsOf(id, before, undefined)),
      ]);
      return { status: 204, body: null };
    });
  }

  /**
   * Returns templates that name a field. Those of others that are not shared are only counted.
   * @param words what one of them is called among what names a field
   */
  async naming(uow: UnitOfWork, object: string, field: string, words: string): Promise<FieldUse[]> {
    const { memberId } = currentContext();
    const { known, personal } = await this.table.naming(uow, object, field, memberId);
    const others = `${personal} personal ${words}${personal === 1 ? '' : 's'} of others`;
    return [
      ...known.map(({ id, name }) => ({ kind: this.kind, id, name })),
      ...(personal ? [{ kind: this.kind, name: others, isPersonal: true } as const] : []),
    ];
  }

  protected memberIn(snapshot: TenantSnapshot): string | null {
    return this.parts.directory.subject(snapshot).memberId;
  }

  private seen(row: TemplateRow<Content> | undefined, snapshot: TenantSnapshot): TemplateRow<Content> {
    if (!row || !this.parts.registry.has(row.object, snapshot) || !this.mayUse(row.object, snapshot))
      throw notFound('The template');
    return row;
  }

  /** Owners change their templates; whoever manages settings changes those that are shared. */
  private mayChange({ ownerId, isShared }: TemplateRow<Content>, snapshot: TenantSnapshot): boolean {
    const memberId = this.memberIn(snapshot);
    return (
      (ownerId !== null && ownerId === memberId) ||
      (isShared && this.parts.directory.may(snapshot, { system: 'manageSettings' }))
    );
  }

  private async held(
    uow: UnitOfWork,
    id: string,
    snapshot: TenantSnapshot,
    ifMatch: number | undefined,
  ): Promise<TemplateRow<Content>> {
    const row = this.seen(await this.table.lock(uow, id, this.memberIn(snapshot)), snapshot);
    if (!this.mayChange(row, snapshot)) throw templateNotYours();
    if (ifMatch !== undefined && ifMatch !== row.version) throw templateChanged(this.present(row, snapshot));
    return row;
  }

  private present(row: TemplateRow<Content>, snapshot: TenantSnapshot): TemplateHead & Shown {
    const { ownerId, content: _, ...head } = row;
    // Others may not know a field that they can't fill: it looks like one that is gone.
    const knowsFields =
      (ownerId !== null && ownerId === this.memberIn(snapshot)) ||
      this.parts.directory.may(snapshot, { system: 'manageFields' });
    return {
      ...head,
      ...this.shown(row, snapshot, knowsFields),
      mayChange: this.mayChange(row, snapshot),
    };
  }

  /** Returns the event of a change of a template that others use before or after it. The log has names and no content. */
  private eventsOf(
    id: string,
    before: Pick<TemplateRow<Content>, 'name' | 'isShared'> | undefined,
    after: Pick<TemplateRow<Content>, 'name' | 'isShared'> | undefined,
  ): SecurityEvent[] {
    if (!before?.isShared && !after?.isShared) return [];
    const verb = `${this.kind}${!before ? 'Created' : after ? 'Changed' : 'Deleted'}`;
    const keys = (['name', 'isShared'] as const).filter((key) => before?.[key] !== after?.[key]);
    const changes = Object.fromEntries(
      keys.map((key) => [
        key,
        { ...(before && { before: before[key] }), ...(after && { after: after[key] }) },
      ]),
    );
    return [{ verb, object: this.kind, recordId: id, changes }];
  }
}

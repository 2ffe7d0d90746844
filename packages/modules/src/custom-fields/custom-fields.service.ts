import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import {
  FieldUses,
  type PersonalUses,
  type IdempotencyRequest,
  LEGAL_ENTITIES,
  newId,
  RecordRegistry,
  RecordService,
  SERVER_FIELD_TYPES,
  type SecurityEvent,
  securityEventStatements,
} from '@pellucid/platform/records';
import {
  fieldChanged,
  fieldInUse,
  incompleteOrder,
  isConverting,
  isDeleted,
  nameTaken,
  notDeleted,
  tooManyFields,
  valuesRemoved,
} from './custom-fields.errors.js';
import { ComputedFieldsService } from './computed/computed-fields.service.js';
import type { ComputedParts, FieldWish } from './computed/computed-wishes.rules.js';
import { CustomFieldsRepository } from './custom-fields.repository.js';
import { definitionProblems } from './definitions/definition-checks.rules.js';
import {
  changed,
  contentOf,
  differences,
  presented,
  RESTORABLE_DAYS,
  settingsStored,
} from './definitions/definition-form.rules.js';
import type { DefinitionRow, FieldChangeWish, FieldContent } from './definitions/definition.types.js';
import { FieldUpkeep } from './field-upkeep.js';
import { nameProblem } from './definitions/field-names.rules.js';

/** Most fields that a company can add to an object. */
export const MAX_FIELDS = 200;

/** Most fields that an object can have had. Definitions of deleted fields are kept, so that histories can be read. */
const MAX_EVER = 1_000;

/** A field as the API shows it. */
export type CustomField = ReturnType<typeof presented>;

/** Adds, changes and deletes fields of the company. Changes apply on every replica within a second. */
@Injectable()
export class CustomFieldsService {
  constructor(
    @Inject(CustomFieldsRepository) private readonly repository: CustomFieldsRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(FieldUpkeep) private readonly upkeep: FieldUpkeep,
    @Inject(ComputedFieldsService) private readonly computed: ComputedFieldsService,
  ) {}

  /**
   * Returns the company's fields, in the order of forms.
   * @param filter.object only of this object
   * @param filter.deleted those that were deleted and can be restored
   */
  async list(filter: { object?: string; deleted?: boolean }): Promise<CustomField[]> {
    const rows = await this.repository.all({ object: filter.object, isDeleted: filter.deleted ?? false });
    return rows.map(presented);
  }

  /** Returns one field, deleted or not. @throws ProblemError 404 */
  async get(id: string): Promise<CustomField> {
    return presented(await this.row(id));
  }

  /** Returns one field as it is stored, deleted or not. @throws ProblemError 404 */
  async row(id: string): Promise<DefinitionRow> {
    const row = await this.repository.find(id);
    if (!row) throw notFound('The field');
    return row;
  }

  /** Returns how many fields can still be added to an object. */
  async remaining(object: string): Promise<number> {
    const rows = await this.repository.all({ object, isDeleted: false });
    return Math.max(0, MAX_FIELDS - rows.length);
  }

  /** Adds a field. @returns its id @throws ProblemError 422 */
  async create(wish: FieldWish, idempotency?: IdempotencyRequest): Promise<string> {
    const snapshot = await this.directory.current();
    const content = this.withPresets(this.computed.settle(wish, snapshot), snapshot);
    const wrongName = nameProblem(content.name);
    const problems = [...(wrongName ? [wrongName] : []), ...(await this.problems(content, snapshot))];
    if (problems.length) throw unprocessable(problems);
    return this.writing(idempotency, async (uow) => {
      const known = await this.repository.ofObject(uow, content.object);
      const present = known.filter((f) => !f.deletedAt);
      const taken = known.find((f) => f.name.toLowerCase() === content.name.toLowerCase());
      if (taken) throw unprocessable([nameTaken(taken.name, taken.deletedAt !== null)]);
      if (present.length >= MAX_FIELDS || known.length >= MAX_EVER)
        throw tooManyFields(content.object, MAX_FIELDS);
      const id = newId();
      await this.repository.insert(uow, {
        ...content,
        id,
        slot: await this.repository.newSlot(uow, content.object),
        position: Math.max(0, ...present.map((f) => f.position)) + 1,
        settings: settingsStored(content),
      });
      if (content.computed) await this.computed.start(uow, id, content.object, content.computed);
      await this.log(uow, id, 'customFieldCreated', differences(undefined, content));
      return { status: 201, body: id };
    });
  }

  /**
   * Changes a field; what is left out stays.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 409 for a deleted field, 412, 422
   */
  async change(
    id: string,
    wish: FieldChangeWish & ComputedParts,
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    const snapshot = await this.directory.current();
    await this.writing(idempotency, async (uow) => {
      const row = await this.held(uow, id, ifMatch, wish);
      if (row.deletedAt) throw isDeleted(row.label);
      const before = contentOf(row);
      const { formula, rollup, autoNumber, ...plain } = wish;
      const computed = this.computed.resettle(before, { formula, rollup, autoNumber }, snapshot);
      const asked = plain.unique === undefined ? {} : { uniqueRefused: null };
      const after = { ...changed(before, plain), ...asked, ...computed };
      const problems = await this.problems(after, snapshot, before);
      if (problems.length) throw unprocessable(problems);
      const changes = differences(before, after);
      if (Object.keys(changes).length) {
        await this.repository.update(uow, id, { label: after.label, settings: settingsStored(after) });
        await this.upkeep.follow(uow, row, before, after);
        if (computed.computed) await this.computed.start(uow, id, row.object, computed.computed);
        await this.log(uow, id, 'customFieldChanged', named(row, changes));
      }
      return { status: 200, body: null };
    });
  }

  /**
   * Deletes a field. Its values stay for 30 days, so that it can be restored with them.
   * @param personal whether personal views and templates of others are in the way
   * @throws ProblemError 404, 409 if it is deleted already or something uses it, which is listed, 412
   */
  async remove(
    id: string,
    personal: PersonalUses,
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    await this.writing(idempotency, async (uow) => {
      const row = await this.held(uow, id, ifMatch, {});
      if (row.deletedAt) throw isDeleted(row.label);
      const uses = await this.uses.of(uow, row.object, CUSTOM_PREFIX + row.name, personal);
      if (uses.length) throw fieldInUse(row.label, uses);
      await this.repository.setDeleted(uow, id, true);
      await this.upkeep.purgeLater(uow, id);
      await this.log(uow, id, 'customFieldDeleted', differences(contentOf(row), undefined));
      return { status: 204, body: null };
    });
  }

  /**
   * Restores a deleted field with its values.
   * @throws ProblemError 404, 409 if it isn't deleted, 422 if the object has as many fields as it can have
   */
  async restore(id: string, ifMatch: number | undefined, idempotency?: IdempotencyRequest): Promise<void> {
    await this.writing(idempotency, async (uow) => {
      const row = await this.held(uow, id, ifMatch, {});
      if (!row.deletedAt) throw notDeleted(row.label);
      if (row.isPurged) throw valuesRemoved(row.label, RESTORABLE_DAYS);
      const present = (await this.repository.ofObject(uow, row.object)).filter((f) => !f.deletedAt);
      if (present.length >= MAX_FIELDS) throw tooManyFields(row.object, MAX_FIELDS);
      await this.repository.setDeleted(uow, id, false);
      // Values that were written while it was deleted, by an erasure or a merge, are in no copy.
      await this.upkeep.follow(uow, row, undefined, contentOf(row));
      const { computed } = row.settings;
      if (computed) await this.computed.start(uow, id, row.object, computed);
      await this.log(uow, id, 'customFieldRestored', differences(undefined, contentOf(row)));
      return { status: 200, body: null };
    });
  }

  /**
   * Puts the fields of an object in an order.
   * @param ids all of its fields, each once
   * @throws ProblemError 422
   */
  async order(object: string, ids: string[], idempotency?: IdempotencyRequest): Promise<void> {
    await this.writing(idempotency, async (uow) => {
      const present = (await this.repository.ofObject(uow, object)).filter((f) => !f.deletedAt);
      const before = present.map((f) => f.id);
      if (
        new Set(ids).size !== ids.length ||
        ids.length !== before.length ||
        !before.every((id) => ids.includes(id))
      )
        throw incompleteOrder(object);
      if (before.some((id, i) => ids[i] !== id)) {
        await this.repository.order(uow, ids);
        const names = (order: string[]) => order.map((id) => present.find((f) => f.id === id)!.name);
        await this.log(uow, uow.tenantId, 'customFieldsReordered', {
          object: { after: object },
          order: { before: names(before), after: names(ids) },
        });
      }
      return { status: 200, body: null };
    });
  }

  /** Fills in what a new field has unless the request says something else. */
  withPresets(wish: FieldContent, { settings }: TenantSnapshot): FieldContent {
    const takesCurrency = SERVER_FIELD_TYPES[wish.type].ownSettings?.includes('currency');
    return takesCurrency && !wish.currency && !wish.computed
      ? { ...wish, currency: settings.baseCurrency }
      : wish;
  }

  /**
   * Returns everything that is wrong with a definition.
   * @param before what the field is; undefined for a new one
   * @param isNewType whether it gets another type
   */
  async problems(content: FieldContent, snapshot: TenantSnapshot, before?: FieldContent, isNewType = false) {
    const objects = new Map(this.registry.allForTenant(snapshot).map((object) => [object.key, object]));
    // What the company said of a legal entity before is kept, whatever became of that.
    const named = Object.keys(content.entityOverrides ?? {}).filter((id) => !before?.entityOverrides?.[id]);
    const seen = named.length ? await this.records.reader.visibleIds(LEGAL_ENTITIES, named) : [];
    const entities = new Set([...seen, ...Object.keys(before?.entityOverrides ?? {})]);
    return definitionProblems(content, { objects, entities, before, isNewType });
  }

  /** Runs the function in a transaction in which nobody else changes definitions. */
  private async writing<T>(
    idempotency: IdempotencyRequest | undefined,
    fn: (uow: UnitOfWork) => Promise<{ status: number; body: T }>,
  ): Promise<T> {
    const { body } = await this.records.unit(idempotency, async (uow) => {
      // Locks the company's row.
      await uow.bumpAccessVersion();
      return fn(uow);
    });
    this.directory.forget(requireTenant());
    return body;
  }

  /**
   * Returns a field that is about to be changed.
   * @throws ProblemError 404, 409 while its values are being converted, 412
   */
  async held(
    uow: UnitOfWork,
    id: string,
    ifMatch: number | undefined,
    yours: object,
  ): Promise<DefinitionRow> {
    const row = await this.repository.held(uow, id);
    if (!row) throw notFound('The field');
    if (ifMatch !== undefined && ifMatch !== row.version) throw fieldChanged(presented(row), yours);
    if (row.conversion) throw isConverting(row.label);
    return row;
  }

  /** Adds what happened to a field to the audit log. */
  async log(
    uow: UnitOfWork,
    recordId: string,
    verb: string,
    changes: NonNullable<SecurityEvent['changes']>,
  ): Promise<void> {
    await uow.together(securityEventStatements([{ verb, object: 'customField', recordId, changes }]));
  }
}

/** Adds which field it is to a change. */
function named(
  { object, name }: DefinitionRow,
  changes: NonNullable<SecurityEvent['changes']>,
): NonNullable<SecurityEvent['changes']> {
  return { object: { after: object }, name: { after: name }, ...changes };
}

import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, isAdministrator, type TenantSnapshot } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import {
  allFieldsOf,
  type IdempotencyRequest,
  newId,
  RecordAccess,
  RecordRegistry,
  RecordService,
  type SecurityEvent,
  securityEventStatements,
} from '@pellucid/platform/records';
import {
  hasRecords,
  isDeleted,
  isPurged,
  isReferredTo,
  notDeleted,
  objectChanged,
  tooManyObjects,
} from './custom-objects.errors.js';
import { CustomObjectsRepository } from './custom-objects.repository.js';
import { definitionProblems } from './definitions/definition-checks.rules.js';
import {
  changed,
  contentOf,
  differences,
  presented,
  settingsStored,
} from './definitions/definition-form.rules.js';
import type { DefinitionRow, ObjectChangeWish, ObjectContent } from './definitions/definition.types.js';
import { ProductWords } from './product-words.js';
import { renameRecordsJob } from './jobs/rename-records.job.js';

/** Most objects that a company can have. */
export const MAX_OBJECTS = 50;

/** Most objects that a company can have had. Definitions of deleted objects are kept, so that histories can be read. */
const MAX_EVER = 1_000;

/** Records are counted up to this number. */
const COUNTED = 10_000;

/** An object as the API shows it. */
export type CustomObject = ReturnType<typeof presented> & { records: { count: number; isCapped: boolean } };

/** Makes, changes and deletes objects of the company. Changes apply on every replica within a second. */
@Injectable()
export class CustomObjectsService {
  constructor(
    @Inject(CustomObjectsRepository) private readonly repository: CustomObjectsRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordAccess) private readonly access: RecordAccess,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(ProductWords) private readonly words: ProductWords,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Returns the company's objects in the order in which they were made. @param areDeleted those that can be restored */
  async list(areDeleted: boolean): Promise<CustomObject[]> {
    return this.counted(await this.repository.all(areDeleted));
  }

  /** Returns one object, deleted or not. @throws ProblemError 404 */
  async get(id: string): Promise<CustomObject> {
    const row = await this.repository.find(id);
    if (!row) throw notFound('The object');
    return (await this.counted([row]))[0]!;
  }

  /** Makes an object. @returns its id @throws ProblemError 422 */
  create(content: ObjectContent, idempotency?: IdempotencyRequest): Promise<string> {
    return this.writing(idempotency, async (uow) => {
      const known = await this.repository.ever(uow);
      this.assertFit(content, known);
      if (known.filter((o) => !o.deletedAt).length >= MAX_OBJECTS || known.length >= MAX_EVER)
        throw tooManyObjects(MAX_OBJECTS);
      const id = newId();
      const number = Math.max(0, ...known.map((o) => o.number)) + 1;
      await this.repository.insert(uow, { ...content, id, number, settings: settingsStored(content) });
      await this.log(uow, id, 'customObjectCreated', differences(undefined, content));
      return { status: 201, body: id };
    });
  }

  /**
   * Changes an object; what is left out stays. New rules for names apply to existing records within minutes.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 409 for a deleted object, 412, 422
   */
  async change(
    id: string,
    wish: ObjectChangeWish,
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    const described = await this.described(id);
    await this.writing(idempotency, async (uow) => {
      const { row, known } = await this.held(uow, id, ifMatch, wish);
      if (row.deletedAt) throw isDeleted(row.label);
      const before = contentOf(row);
      const after = changed(before, wish);
      this.assertFit(
        after,
        known.filter((o) => o.id !== id),
        described,
      );
      const changes = differences(before, after);
      if (Object.keys(changes).length) {
        const settings = settingsStored(after);
        await this.repository.update(uow, id, { ...after, settings });
        if (settings.nameTemplate !== row.settings.nameTemplate) {
          if (settings.nameTemplate === undefined) await this.repository.keepNames(uow, row.number);
          await this.jobs.enqueue(uow, renameRecordsJob, { id });
        }
        await this.log(uow, id, 'customObjectChanged', { name: { after: row.name }, ...changes });
      }
      return { status: 200, body: null };
    });
  }

  /**
   * Deletes an object. It can be restored for 30 days.
   * @param records `refuse` if it has any, or `delete` them with it
   * @throws ProblemError 404, 409 if it has records, is referred to, or is deleted already, 412
   */
  async remove(
    id: string,
    records: 'refuse' | 'delete',
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    const referring = await this.fieldsReferringTo(id);
    await this.writing(idempotency, async (uow) => {
      const { row } = await this.held(uow, id, ifMatch, {});
      if (row.deletedAt) throw isDeleted(row.label);
      if (referring.length) throw isReferredTo(row.label, referring);
      const count =
        records === 'delete' ? 0 : await this.repository.countRecords(uow, row.number, COUNTED + 1);
      const isNumberSeen = this.readable(row.name, await this.directory.current()) === 'all';
      if (count)
        throw hasRecords(
          row.pluralLabel,
          isNumberSeen ? { count: Math.min(count, COUNTED), isCapped: count > COUNTED } : undefined,
        );
      await this.repository.setDeleted(uow, id, true);
      await this.log(uow, id, 'customObjectDeleted', differences(contentOf(row), undefined));
      return { status: 204, body: null };
    });
  }

  /**
   * Restores a deleted object with its fields and records.
   * @throws ProblemError 404, 409 if it isn't deleted or its records are gone, 422 if there are as many objects as there can be
   */
  async restore(id: string, ifMatch: number | undefined, idempotency?: IdempotencyRequest): Promise<void> {
    await this.writing(idempotency, async (uow) => {
      const { row, known } = await this.held(uow, id, ifMatch, {});
      if (!row.deletedAt) throw notDeleted(row.label);
      if (row.purgedAt) throw isPurged(row.label);
      if (known.filter((o) => !o.deletedAt).length >= MAX_OBJECTS) throw tooManyObjects(MAX_OBJECTS);
      await this.repository.setDeleted(uow, id, false);
      await this.log(uow, id, 'customObjectRestored', differences(undefined, contentOf(row)));
      return { status: 200, body: null };
    });
  }

  private assertFit(
    content: ObjectContent,
    others: DefinitionRow[],
    described?: Awaited<ReturnType<CustomObjectsService['described']>>,
  ): void {
    const problems = definitionProblems(content, {
      reserved: this.words.all(),
      taken: others.map(({ name, plural, purgedAt }) => ({ name, plural: purgedAt ? null : plural })),
      described,
    });
    if (problems.length) throw unprocessable(problems);
  }

  private async described(id: string) {
    const row = await this.repository.find(id);
    if (!row) throw notFound('The object');
    return this.registry.forTenant(row.name, await this.directory.current());
  }

  /** Returns the fields of other objects that refer to the object. */
  private async fieldsReferringTo(id: string) {
    const { key } = await this.described(id);
    return this.registry
      .allForTenant(await this.directory.current())
      .filter((object) => object.key !== key)
      .flatMap((object) =>
        allFieldsOf(object)
          .filter((f) => f.references === key)
          .map((f) => ({ object: object.key, field: f.key, label: `${object.label}: ${f.label}` })),
      );
  }

  /** Adds how many records of each object the caller sees. Those of a deleted object only administrators see. */
  private async counted(rows: DefinitionRow[]): Promise<CustomObject[]> {
    const snapshot = await this.directory.current();
    const readable = rows.map((row) => this.readable(row.name, snapshot));
    const whole = rows.flatMap(({ number }, n) => (readable[n] === 'all' ? [number] : []));
    const counts = await this.repository.counts(whole, COUNTED + 1);
    return Promise.all(
      rows.map(async (row, n) => {
        if (readable[n] === 'some') {
          const { count } = await this.records.list(row.name, { limit: 1, count: 'capped' });
          return { ...presented(row), records: { count: count!.value, isCapped: count!.capped } };
        }
        const count = counts.get(row.number) ?? 0;
        return { ...presented(row), records: { count: Math.min(count, COUNTED), isCapped: count > COUNTED } };
      }),
    );
  }

  /** Returns how much the caller reads of an object. */
  private readable(object: string, snapshot: TenantSnapshot): 'all' | 'some' | 'none' {
    if (!this.registry.has(object, snapshot))
      return this.directory.rolesOf(snapshot).some(isAdministrator) ? 'all' : 'none';
    const { allowed, scope } = this.access.decide(object, 'read', snapshot);
    if (!allowed) return 'none';
    return scope ? 'some' : 'all';
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

  private async held(
    uow: UnitOfWork,
    id: string,
    ifMatch: number | undefined,
    yours: object,
  ): Promise<{ row: DefinitionRow; known: DefinitionRow[] }> {
    const known = await this.repository.ever(uow);
    const row = known.find((o) => o.id === id);
    if (!row) throw notFound('The object');
    if (ifMatch !== undefined && ifMatch !== row.version) throw objectChanged(presented(row), yours);
    return { row, known };
  }

  private async log(
    uow: UnitOfWork,
    recordId: string,
    verb: string,
    changes: NonNullable<SecurityEvent['changes']>,
  ): Promise<void> {
    await uow.together(securityEventStatements([{ verb, object: 'customObject', recordId, changes }]));
  }
}

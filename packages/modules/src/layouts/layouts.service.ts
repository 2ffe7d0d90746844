import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import {
  FIELD_ACCESS,
  type FieldAccess,
  type FieldChange,
  type IdempotencyRequest,
  newId,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';
import { layoutProblems } from './layout-checks.rules.js';
import { audienceTaken, layoutChanged, tooManyLayouts } from './layouts.errors.js';
import { LayoutsRepository } from './layouts.repository.js';
import type { Layout, LayoutKind, LayoutWish, OwnLayout } from './layouts.schema.js';
import { inOrder, shownLayouts } from './shown-layouts.rules.js';

/** Most layouts of an object: each of its readers gets all that apply to them. */
const MAX_LAYOUTS = 100;

/** How an object's forms, pages, peeks and cards are laid out. Without a layout they follow the description. */
@Injectable()
export class LayoutsService {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(LayoutsRepository) private readonly repository: LayoutsRepository,
  ) {}

  /** Returns an object's layouts in the order in which they are tried. @throws ProblemError 404 */
  async list(object: string): Promise<Layout[]> {
    return inOrder(await this.repository.of((await this.described(object)).key));
  }

  /** Returns one layout. @throws ProblemError 404 */
  async get(object: string, id: string): Promise<Layout> {
    const found = await this.repository.find((await this.described(object)).key, id);
    if (!found) throw notFound('The layout');
    return found;
  }

  /**
   * Returns the layouts that apply to the caller, as far as they may know them. Of each kind, the first whose record type
   * the record has is used; none of a kind means that the description is.
   * @throws ProblemError 404 also for an object that the caller can't read
   */
  async own(object: string): Promise<OwnLayout[]> {
    const snapshot = await this.directory.current();
    const { key, byKey } = this.registry.find(object, snapshot);
    if (!this.directory.may(snapshot, { object: key, action: 'read' }))
      throw notFound(`An object "${object}"`);
    const rules = this.access.rules(key, snapshot);
    const widest = this.access.decide(key, 'read', snapshot).rulesFor(-1);
    const roles = new Set(this.directory.subject(snapshot).roles.map(({ id }) => id));
    return shownLayouts(await this.repository.of(key), roles, {
      isShown: (field) => byKey.has(field) && widest.read(field) !== 'hidden',
      canFilter: (field) => byKey.has(field) && rules.canFilter(field),
    });
  }

  /** Creates a layout. @returns its id @throws ProblemError 404, 422 naming each part that is wrong */
  async create(
    object: string,
    { kind, ...wish }: LayoutWish & { kind: LayoutKind },
    idempotency?: IdempotencyRequest,
  ): Promise<string> {
    const { key } = await this.checked(object, kind, wish);
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const held = await this.repository.hold(uow, key);
      if (held.length >= MAX_LAYOUTS) throw tooManyLayouts(MAX_LAYOUTS);
      assertAudienceFree(held, kind, wish);
      const id = newId();
      await this.write(uow, id, 'layoutCreated', key, kind, undefined, wish);
      return { status: 201, body: { id } };
    });
    return body.id;
  }

  /**
   * Replaces a layout.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 412, 422 naming each part that is wrong
   */
  async replace(
    object: string,
    id: string,
    wish: LayoutWish,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    const { kind } = await this.get(object, id);
    const { key } = await this.checked(object, kind, wish);
    await this.records.unit(idempotency, async (uow) => {
      const held = await this.repository.hold(uow, key);
      const before = living(held, id, ifMatch);
      assertAudienceFree(
        held.filter((other) => other.id !== id),
        kind,
        wish,
      );
      if (!isDeepStrictEqual(wishOf(before), wishOf(wish)))
        await this.write(uow, id, 'layoutChanged', key, kind, before, wish);
      return { status: 200, body: { id } };
    });
  }

  /**
   * Deletes a layout, so that the next one that fits is used, or the description.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 412
   */
  async remove(
    object: string,
    id: string,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    const { key } = await this.described(object);
    await this.records.unit(idempotency, async (uow) => {
      const before = living(await this.repository.hold(uow, key), id, ifMatch);
      await this.write(uow, id, 'layoutDeleted', key, before.kind, before, undefined);
      return { status: 204, body: null };
    });
  }

  private async described(object: string): Promise<RecordDescriptor> {
    return this.registry.find(object, await this.directory.current());
  }

  private async checked(object: string, kind: LayoutKind, wish: LayoutWish): Promise<RecordDescriptor> {
    const snapshot = await this.directory.current();
    const descriptor = this.registry.find(object, snapshot);
    const problems = layoutProblems(kind, wish, descriptor, new Set(snapshot.roles.keys()));
    if (problems.length) throw unprocessable(problems);
    return descriptor;
  }

  /** Writes the row and its event. */
  private async write(
    uow: UnitOfWork,
    id: string,
    verb: string,
    object: string,
    kind: LayoutKind,
    before: Layout | undefined,
    after: LayoutWish | undefined,
  ): Promise<void> {
    const statement = !after
      ? this.repository.remove(id)
      : before
        ? this.repository.update(id, after)
        : this.repository.insert(uow.tenantId, id, object, kind, after);
    const side = (key: keyof LayoutWish): FieldChange => ({
      ...(before ? { before: before[key] } : {}),
      ...(after ? { after: after[key] } : {}),
    });
    const changed = (['roles', 'recordType', 'content'] as const).filter(
      (key) => !isDeepStrictEqual(before?.[key] ?? null, after?.[key] ?? null),
    );
    await uow.together([
      statement,
      ...securityEventStatements([
        {
          verb,
          object: 'layout',
          recordId: id,
          changes: {
            object: before ? { before: object, after: object } : { after: object },
            kind: before ? { before: kind, after: kind } : { after: kind },
            ...Object.fromEntries(changed.map((key) => [key, side(key)])),
          },
        },
      ]),
    ]);
  }
}

const wishOf = ({ roles, recordType, content }: LayoutWish) => ({
  roles: roles.toSorted(),
  recordType,
  content,
});

/** Two layouts of a kind for the same people and records could never both be used. */
function assertAudienceFree(others: Layout[], kind: LayoutKind, wish: LayoutWish): void {
  const { roles, recordType } = wishOf(wish);
  const isTaken = others.some(
    (other) =>
      other.kind === kind &&
      isDeepStrictEqual(wishOf(other).roles, roles) &&
      isDeepStrictEqual(other.recordType, recordType),
  );
  if (isTaken) throw audienceTaken();
}

function living(held: Layout[], id: string, ifMatch: number | undefined): Layout {
  const found = held.find((layout) => layout.id === id);
  if (!found) throw notFound('The layout');
  if (ifMatch !== undefined && ifMatch !== found.version) throw layoutChanged(found);
  return found;
}

import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { forbidden, notFound } from '@pellucid/platform/errors';
import {
  type IdempotencyRequest,
  newId,
  RecordAccess,
  RecordReader,
  RecordRegistry,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';
import {
  notTheirsToShare,
  sharedWithSelf,
  unknownGrantee,
  unknownObject,
  untilHasPassed,
} from '../access.errors.js';
import { isOver, shareChanges } from './share.rules.js';
import type { Share, ShareInput, ShareRow } from './share.types.js';
import { SharesRepository } from './shares.repository.js';

/**
 * Gives people and teams access to records beyond their roles. A share widens the scope of a right that they have; it
 * never grants a right. Only somebody who may change a record through their own roles can share it, so a share cannot
 * be passed on.
 */
@Injectable()
export class SharesService {
  constructor(
    @Inject(SharesRepository) private readonly shares: SharesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordAccess) private readonly recordAccess: RecordAccess,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /**
   * Lists who a record is currently shared with.
   * @throws ProblemError 404 for a record that does not exist for the caller
   */
  async of(object: string, record: string): Promise<Share[]> {
    if (!this.registry.has(object, await this.access.current())) throw unknownObject('?object', object);
    await this.assertSeen(object, record);
    return this.presented(await this.shares.of(object, record));
  }

  /**
   * Shares a record, or changes an existing share.
   * @returns the share, and whether it is a new one
   * @throws ProblemError 404 for the record, 403 if the caller may not share it, 422 for a grantee who does not exist,
   *   cannot log in or is the caller, and for a time in the past
   */
  async share(
    input: ShareInput,
    idempotency?: IdempotencyRequest,
  ): Promise<{ status: 200 | 201; share: Share }> {
    const { object, record } = input;
    if (!this.registry.has(object, await this.access.current())) throw unknownObject('/object', object);
    await this.assertMayShare(object, record, input.access);
    if (input.grantee.id === currentContext().memberId) throw sharedWithSelf();
    if (input.until && Date.parse(input.until) <= Date.now()) throw untilHasPassed();
    const { body, status } = await this.records.unit(idempotency, async (uow) => {
      if (!(await this.shares.isThere(uow, input.grantee))) throw unknownGrantee(input.grantee.kind);
      const before = await this.shares.held(uow, object, record, input.grantee.id);
      const id = await this.shares.put(uow, newId(), input, currentContext().memberId);
      const counted = before && !isOver(before) ? before : undefined;
      await uow.together(
        securityEventStatements([
          { verb: 'shared', object, recordId: record, changes: shareChanges(counted, input) },
        ]),
      );
      return { status: counted ? 200 : 201, body: { id } };
    });
    const row = await this.shares.find(body.id);
    if (!row) throw notFound('The share');
    const [share] = await this.presented([row]);
    return { status: status as 200 | 201, share: share! };
  }

  /**
   * Removes a share. Allowed for whoever may share the record, and for the grantee.
   * @throws ProblemError 404, 403
   */
  async unshare(id: string, idempotency?: IdempotencyRequest): Promise<void> {
    const snapshot = await this.access.current();
    const objects = this.registry.allForTenant(snapshot);
    if (!objects.some(({ key }) => this.access.may(snapshot, { object: key, action: 'update' })))
      throw forbidden('permissionMissing', "Your roles don't let you change any record.");
    const share = await this.shares.find(id);
    if (!share) throw notFound('The share');
    await this.assertSeen(share.object, share.record, 'The share');
    if (share.granteeId !== currentContext().memberId)
      await this.assertMayShare(share.object, share.record, 'read');
    await this.records.unit(idempotency, async (uow) => {
      if (!(await this.shares.remove(uow, id))) throw notFound('The share');
      await uow.together(
        securityEventStatements([
          {
            verb: 'unshared',
            object: share.object,
            recordId: share.record,
            changes: shareChanges(share, undefined),
          },
        ]),
      );
      return { status: 204, body: null };
    });
  }

  /** Checks that the record exists for the caller and is not deleted. @throws ProblemError 404 */
  private async assertSeen(object: string, record: string, what?: string): Promise<void> {
    const snapshot = await this.access.current();
    const found = await this.reader
      .get(object, record, { fields: [] })
      .catch((error: { status?: number }) => {
        if (error.status === 404) return undefined;
        throw error;
      });
    if (!found)
      throw notFound(what ?? `This ${this.registry.forTenant(object, snapshot).label.toLowerCase()}`);
  }

  private async assertMayShare(object: string, record: string, access: 'read' | 'edit'): Promise<void> {
    const snapshot = await this.access.current();
    if (!this.access.may(snapshot, { object, action: 'update' }))
      throw forbidden('permissionMissing', "Your roles don't let you change records of this object.");
    await this.assertSeen(object, record);
    const descriptor = this.registry.forTenant(object, snapshot);
    const reach = this.recordAccess.decide(object, 'update', snapshot);
    const own = await this.shares.within(descriptor, [record], reach, snapshot);
    if (!own.has(record)) throw notTheirsToShare(access);
  }

  private async presented(rows: ShareRow[]): Promise<Share[]> {
    const idsOf = (kind: string) =>
      rows.filter((row) => row.granteeKind === kind).map((row) => row.granteeId);
    const authors = rows.flatMap((row) => row.createdById ?? []);
    const [people, teams] = await Promise.all([
      this.shares.namesOf('member', [...new Set([...idsOf('member'), ...authors])]),
      this.shares.namesOf('team', idsOf('team')),
    ]);
    return rows.map((row) => ({
      id: row.id,
      object: row.object,
      record: row.record,
      grantee: {
        kind: row.granteeKind,
        id: row.granteeId,
        name: (row.granteeKind === 'member' ? people : teams).get(row.granteeId) ?? null,
      },
      access: row.access,
      until: row.until,
      createdAt: row.createdAt,
      createdBy: row.createdById ? { id: row.createdById, name: people.get(row.createdById) ?? null } : null,
    }));
  }
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { ProblemError } from '@pellucid/platform/errors';
import {
  type BulkShare,
  type BulkSharing,
  newId,
  RecordBulk,
  RecordReader,
  type RowOutcome,
  type SecurityEvent,
  securityEventStatements,
} from '@pellucid/platform/records';
import { notTheirsToShare, sharedWithSelf, unknownGrantee, untilHasPassed } from '../access.errors.js';
import { ShareLimits } from './share-limits.js';
import { isOver, shareChanges } from './share.rules.js';
import type { ShareInput } from './share.types.js';
import { SharesRepository } from './shares.repository.js';

/** Shares many records with one person or team, or ends that, under the same rights as single shares. */
@Injectable()
export class BulkShares implements BulkSharing, OnModuleInit {
  constructor(
    @Inject(RecordBulk) private readonly bulk: RecordBulk,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(ShareLimits) private readonly limits: ShareLimits,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(SharesRepository) private readonly shares: SharesRepository,
  ) {}

  onModuleInit(): void {
    this.bulk.sharing = this;
  }

  async check({ grantee, access, until }: BulkShare): Promise<void> {
    await inShare(async () => {
      if (grantee.id === currentContext().memberId) throw sharedWithSelf();
      if (until && Date.parse(until) <= Date.now()) throw untilHasPassed();
      if (access !== 'none') await this.units.run((uow) => this.assertThere(uow, grantee));
    });
  }

  async share(uow: UnitOfWork, object: string, ids: string[], share: BulkShare): Promise<RowOutcome[]> {
    const { grantee, access } = share;
    if (access !== 'none') await inShare(() => this.assertThere(uow, grantee));
    const refusals = await this.refusals(uow, object, ids, access === 'edit' ? 'edit' : 'read');
    const allowed = ids.filter((id) => !refusals.has(id));
    const held = await this.shares.heldOf(uow, object, allowed, grantee.id);
    const changed: string[] = [];
    const events: SecurityEvent[] = [];
    for (const record of new Set(allowed)) {
      const row = held.get(record);
      const before = row && !isOver(row) ? row : undefined;
      const after: ShareInput | undefined =
        access === 'none' ? undefined : { object, record, grantee, access, until: share.until };
      if (before?.access === after?.access && instant(before?.until) === instant(after?.until)) continue;
      changed.push(record);
      events.push({
        verb: after ? 'shared' : 'unshared',
        object,
        recordId: record,
        changes: shareChanges(before, after),
      });
    }
    if (access === 'none')
      await this.shares.removeAll(
        uow,
        changed.map((record) => held.get(record)!.id),
      );
    else if (changed.length)
      await this.shares.putAll(
        uow,
        changed.map((record) => ({ id: newId(), record })),
        { object, grantee, access, until: share.until },
        currentContext().memberId,
      );
    if (events.length) await uow.together(securityEventStatements(events));
    const isChanged = new Set(changed);
    return ids.map((id, index): RowOutcome => {
      const refusal = refusals.get(id);
      if (refusal) return { index, id, status: 'failed', failure: refusal };
      return { index, id, status: isChanged.has(id) ? 'updated' : 'unchanged' };
    });
  }

  /** Returns why records can't be shared: the caller doesn't see them, can't change them by roles, or not in bulk. */
  private async refusals(
    uow: UnitOfWork,
    object: string,
    ids: string[],
    access: 'read' | 'edit',
  ): Promise<Map<string, NonNullable<RowOutcome['failure']>>> {
    const context = await this.reader.livingContextFor(object);
    const { visible, own, reached } = await this.limits.of(uow, context, ids, ['update', 'bulk']);
    const label = context.descriptor.label.toLowerCase();
    const missing = { status: 404, code: 'notFound', detail: `This ${label} doesn't exist.` };
    const outside = {
      status: 403,
      code: 'outOfScope',
      detail: `Your roles let you view this ${label} but not change it in bulk.`,
    };
    const { status, code, detail } = notTheirsToShare(access);
    return new Map(
      ids.flatMap((id) => {
        if (!visible.has(id)) return [[id, missing]];
        if (!own.has(id)) return [[id, { status, code, detail: detail ?? '' }]];
        return reached.has(id) ? [] : [[id, outside]];
      }),
    );
  }

  private async assertThere(uow: UnitOfWork, grantee: BulkShare['grantee']): Promise<void> {
    if (!(await this.shares.isThere(uow, grantee))) throw unknownGrantee(grantee.kind);
  }
}

const instant = (until: string | null | undefined) => (until ? Date.parse(until) : null);

/** Lets problems of a share name its place in a bulk request. */
async function inShare<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError) || !error.extras.errors) throw error;
    const errors = error.extras.errors.map((each) => ({ ...each, pointer: `/share${each.pointer}` }));
    throw new ProblemError(error.status, error.code, error.title, error.detail, { ...error.extras, errors });
  }
}

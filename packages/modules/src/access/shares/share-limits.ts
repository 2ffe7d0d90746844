import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FilterContext, RecordAccess, RecordReader } from '@pellucid/platform/records';
import { SharesRepository } from './shares.repository.js';

/** Says which records the caller may share. */
@Injectable()
export class ShareLimits {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordAccess) private readonly recordAccess: RecordAccess,
    @Inject(SharesRepository) private readonly shares: SharesRepository,
  ) {}

  /**
   * @param actions all of which make a record `reached`
   * @returns ids of the living records that the caller sees, that their own roles let them change and so share, and that they reach
   */
  async of(
    uow: UnitOfWork,
    context: FilterContext,
    ids: string[],
    actions: string[] = ['update'],
  ): Promise<Record<'visible' | 'own' | 'reached', Set<string>>> {
    const { descriptor, snapshot } = context;
    const plan = this.reader.plan(descriptor, []);
    const [seen, reached] = await uow.together([
      this.reader.byIds(plan, ids, context, 'read', 'living'),
      this.reader.byIds(plan, ids, context, actions, 'living'),
    ]);
    const reach = this.recordAccess.decide(descriptor.key, 'update', snapshot);
    const own = await this.shares.within(descriptor, ids, reach, snapshot, uow);
    const idsIn = (rows: any[]) => new Set<string>(rows.map((row) => plan.load(row).id));
    return { visible: idsIn(seen!), own, reached: idsIn(reached!) };
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { SearchClasses } from '../classes/search-classes.js';
import { SearchClassesRepository } from '../classes/search-classes.repository.js';
import { SearchIndexer } from '../documents/indexer.js';
import { SEARCH_INDEXES, type SearchIndexes } from '../index/search-indexes.js';

const BATCH = 500;

/** How far a rebuild is. */
export interface RebuildCursor {
  /** The objects that are left, the present one first. Null before the first batch. */
  objects: string[] | null;
  after: string | null;
  /** The classes that get all their documents by this round: object and number. */
  classes: [string, number][];
}

export const REBUILD_START: RebuildCursor = { objects: null, after: null, classes: [] };

/** Does a rebuild in batches. People go on searching the classes that were ready before, until the new ones are. */
@Injectable()
export class RebuildWork {
  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(SearchClasses) private readonly classes: SearchClasses,
    @Inject(SearchClassesRepository) private readonly repository: SearchClassesRepository,
    @Inject(SearchIndexer) private readonly indexer: SearchIndexer,
    @Inject(SEARCH_INDEXES) private readonly indexes: SearchIndexes,
  ) {}

  /**
   * Does one batch.
   * @param all whether classes that are ready are made anew too
   * @returns the next cursor, null when all is done; how many records were indexed; and of how many, once that is known
   */
  async batch(
    uow: UnitOfWork,
    cursor: RebuildCursor,
    all: boolean,
  ): Promise<{ next: RebuildCursor | null; count: number; total?: number }> {
    await this.repository.lock(uow);
    const classes = await this.classes.upToDate(uow);
    if (cursor.objects === null) {
      const meant = classes.filter(({ isReady }) => all || !isReady);
      const objects = [...new Set(meant.map(({ object }) => object))];
      const next = { objects, after: null, classes: meant.map((c): [string, number] => [c.object, c.class]) };
      return { next, count: 0, total: await this.indexer.count(objects) };
    }
    const [object, ...rest] = cursor.objects;
    if (object === undefined) return { next: await this.finish(uow, cursor), count: 0 };
    if (!this.classes.objects(await this.directory.current()).includes(object))
      return { next: { ...cursor, objects: rest, after: null }, count: 0 };
    const own = classes.filter((each) => each.object === object);
    const { last, count } = await this.indexer.indexNext(uow, object, cursor.after, BATCH, own);
    return { next: { ...cursor, objects: last === null ? rest : cursor.objects, after: last }, count };
  }

  /** Makes the classes ready and drops those that they replace, some documents at a time. */
  private async finish(uow: UnitOfWork, cursor: RebuildCursor): Promise<RebuildCursor | null> {
    await this.repository.markReady(
      uow,
      cursor.classes.map(([object, of]) => ({ object, class: of })),
    );
    const { classes } = await this.repository.classes(uow);
    // Rights may have changed while the work went on.
    if (classes.some(({ isReady }) => !isReady)) return REBUILD_START;
    for (const each of await this.classes.superfluous(classes)) {
      const index = this.indexes.ofForm(each.form);
      if (index && (await index.drop(uow, each.object, each.class))) return { ...cursor, objects: [] };
      await this.repository.remove(uow, each);
    }
    return null;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type LoadedRecord, RecordReader } from '@pellucid/platform/records';
import type { SearchClass } from '../classes/search-class.js';
import { SEARCH_INDEXES, type SearchIndexes } from '../index/search-indexes.js';
import { tenantCode } from '../text/lexemes.js';
import { documentsOf, type SearchDocument } from './record-documents.js';
import { searchedFields } from './searched-fields.js';
import { SearchedRecordsRepository } from './searched-records.repository.js';

/** Makes the documents of records and stores them. Runs as the product itself. */
@Injectable()
export class SearchIndexer {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(SearchedRecordsRepository) private readonly records: SearchedRecordsRepository,
    @Inject(SEARCH_INDEXES) private readonly indexes: SearchIndexes,
  ) {}

  /**
   * Brings the documents of records up to date, in all classes of their object. Repeatable: the same record has the same
   * documents. The caller must hold the lock of the tenant's index.
   */
  async index(uow: UnitOfWork, object: string, ids: string[], classes: SearchClass[]): Promise<void> {
    await this.store(uow, object, await this.records.byIds(object, ids), ids, classes);
  }

  /**
   * Brings the next records of an object up to date and removes documents of records that do not exist.
   * @param after id of the last record that is done; null at first
   * @returns id of the last record; null if there are no more
   */
  async indexNext(
    uow: UnitOfWork,
    object: string,
    after: string | null,
    limit: number,
    classes: SearchClass[],
  ): Promise<{ last: string | null; count: number }> {
    const records = await this.records.next(object, after, limit);
    const last = records.length === limit ? records.at(-1)!.id : null;
    const ids = records.map(({ id }) => id);
    await this.store(uow, object, records, ids, classes);
    for (const index of this.indexesOf(classes)) await index.sweep(uow, object, after, last, ids);
    return { last, count: records.length };
  }

  /** Returns how many records the objects have together. */
  count(objects: string[]): Promise<number> {
    return this.records.count(objects);
  }

  /** Returns the documents of records as they are now, without storing them. */
  async documents(object: string, ids: string[], classes: SearchClass[]): Promise<SearchDocument[]> {
    return this.made(object, await this.records.byIds(object, ids), classes);
  }

  private async store(
    uow: UnitOfWork,
    object: string,
    records: LoadedRecord[],
    ids: string[],
    classes: SearchClass[],
  ) {
    const own = classes.filter((each) => each.object === object);
    const living = new Set(records.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id));
    const gone = ids.filter((id) => !living.has(id));
    for (const index of this.indexesOf(own)) {
      const its = own.filter(({ form }) => this.indexes.ofForm(form) === index);
      await index.put(uow, object, await this.made(object, records, its), gone);
    }
  }

  private indexesOf(classes: SearchClass[]) {
    return [...new Set(classes.map(({ form }) => this.indexes.ofForm(form)))].filter(
      (index) => index !== undefined,
    );
  }

  private async made(
    object: string,
    records: LoadedRecord[],
    classes: SearchClass[],
  ): Promise<SearchDocument[]> {
    const { descriptor, registry, snapshot } = await this.reader.contextFor(object);
    const fields = searchedFields(descriptor, registry, snapshot);
    const code = tenantCode(snapshot.tenantId);
    return records.flatMap((record) => documentsOf(record, descriptor, fields, classes, code));
  }
}

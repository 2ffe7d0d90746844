import { Inject, Injectable } from '@nestjs/common';
import { newContext, runInContext, currentContext, requireTenant } from '@pellucid/platform/context';
import type { SearchClass } from '../classes/search-class.js';
import { SearchIndexer } from '../documents/indexer.js';
import type { SearchDocument } from '../documents/record-documents.js';
import type { ChangedRecord } from './search.repository.js';

/** What a search knows beyond the index. */
export interface Newer {
  documents: SearchDocument[];
  /** Ids of the records whose documents in the index are outdated. */
  changed: string[];
}

/**
 * Makes the documents of records that changed a moment ago, which the index does not have yet. So whoever creates a record
 * finds it at once, and a record is not found by what it no longer has.
 */
@Injectable()
export class NewerDocuments {
  constructor(@Inject(SearchIndexer) private readonly indexer: SearchIndexer) {}

  /** @param rows the records that have changed @param classes those that the search reads */
  async of(rows: ChangedRecord[], classes: SearchClass[]): Promise<Newer> {
    if (!rows.length) return { documents: [], changed: [] };
    // As the product itself: which of the documents the searcher may read is decided by their classes.
    const context = newContext({
      tenantId: requireTenant(),
      correlationId: currentContext().correlationId,
      cause: { kind: 'system', id: null },
    });
    const documents: SearchDocument[] = [];
    await runInContext(context, async () => {
      for (const [object, own] of Map.groupBy(rows, (row) => row.object)) {
        const its = classes.filter((each) => each.object === object);
        documents.push(
          ...(await this.indexer.documents(
            object,
            own.map(({ id }) => id),
            its,
          )),
        );
      }
    });
    return { documents, changed: rows.map(({ id }) => id) };
  }
}

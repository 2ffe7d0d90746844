import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { SearchClasses } from './classes/search-classes.js';
import { SearchClassesRepository } from './classes/search-classes.repository.js';
import { SearchIndexer } from './documents/indexer.js';
import { NameReferrers } from './documents/name-referrers.js';
import { SearchedRecordsRepository } from './documents/searched-records.repository.js';
import { PostgresIndex } from './index/postgres-index.js';
import type { SearchIndex } from './index/search-index.js';
import { SEARCH_INDEXES, SearchIndexes } from './index/search-indexes.js';
import { HitPresenter } from './query/hit-presenter.js';
import { NewerDocuments } from './query/newer-documents.js';
import { RecordExplainer } from './query/record-explainer.js';
import { SearchRepository } from './query/search.repository.js';
import { SearchService } from './query/search.service.js';
import { SearchRebuilds } from './rebuilds.js';

/** Returns the index in OpenSearch, if the installation has one. Its client is loaded only then. */
async function openSearchOf(config: Config): Promise<SearchIndex | undefined> {
  const { PELLUCID_OPENSEARCH_URL: node, PELLUCID_OPENSEARCH_INDEX: index } = config;
  if (!node) return undefined;
  const [{ Client }, { OpenSearchIndex }] = await Promise.all([
    import('@opensearch-project/opensearch'),
    import('./index/opensearch-index.js'),
  ]);
  return new OpenSearchIndex(new Client({ node, requestTimeout: 10_000, maxRetries: 2 }), index);
}

/** The search over all objects. */
@Module({
  providers: [
    PostgresIndex,
    {
      provide: SEARCH_INDEXES,
      inject: [PostgresIndex, CONFIG],
      useFactory: async (own: PostgresIndex, config: Config) =>
        new SearchIndexes(own, await openSearchOf(config)),
    },
    SearchClassesRepository,
    SearchClasses,
    SearchedRecordsRepository,
    SearchIndexer,
    NameReferrers,
    SearchRepository,
    NewerDocuments,
    HitPresenter,
    RecordExplainer,
    SearchService,
    SearchRebuilds,
  ],
  exports: [
    SearchRebuilds,
    SEARCH_INDEXES,
    SearchClassesRepository,
    SearchClasses,
    SearchIndexer,
    NameReferrers,
    SearchService,
  ],
})
export class SearchModule {}

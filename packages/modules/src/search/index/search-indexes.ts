import type { TenantSnapshot } from '@pellucid/platform/access';
import type { SearchIndex } from './search-index.js';

/** DI token of {@link SearchIndexes}. */
export const SEARCH_INDEXES = Symbol('SearchIndexes');

/** The flag of a company whose documents are in OpenSearch. */
export const OPENSEARCH_FLAG = 'opensearch_enabled';

/** The indexes of this installation. */
export class SearchIndexes {
  /** @param openSearch if the installation has one */
  constructor(
    private readonly postgres: SearchIndex,
    private readonly openSearch?: SearchIndex,
  ) {}

  /** Returns the index that a company's documents belong into. */
  of(snapshot: TenantSnapshot): SearchIndex {
    return (snapshot.settings.featureFlags[OPENSEARCH_FLAG] && this.openSearch) || this.postgres;
  }

  /** Returns the index that documents of a form are in; undefined if this installation no longer has it. */
  ofForm(form: string): SearchIndex | undefined {
    return [this.postgres, this.openSearch].find((index) => index && form.endsWith(`:${index.name}`));
  }
}

import type { QueryParts } from '@pellucid/platform/records';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { SearchDocument } from '../documents/record-documents.js';
import type { SearchText } from '../text/search-text.js';

/** The documents of one object that a search reads. */
export interface SearchedDocuments {
  object: string;
  /** Classes, of which a record has one document each. */
  classes: number[];
  /** Whether owning a record brings it forward. */
  ranksOwn: boolean;
}

/** What an index is asked. */
export interface MatchRequest {
  text: SearchText;
  /** Whether words may be misspelt. */
  isTolerant: boolean;
  documents: SearchedDocuments[];
  /** The member whose own records come first; null for nobody. */
  memberId: string | null;
  /** The time from which the age of a record counts. */
  now: string;
  /** Documents that are newer than those in the index. */
  newer: SearchDocument[];
  /** Ids of the records whose documents in the index are not to be used. */
  changed: string[];
  /**
   * Whether at most {@link MOST_RATED} documents are rated and {@link MOST_HITS} returned per object. Only where the searcher
   * sees every record: otherwise records that they don't see would decide what they find.
   */
  isCapped: boolean;
}

/** Most documents that a capped match rates. */
export const MOST_RATED = 20_000;
/** Most documents of an object that a capped match returns, the best first. */
export const MOST_HITS = 1_000;

/**
 * The index of the search. It finds documents and rates them; it decides nothing about rights. Callers name the classes
 * that they may search, and join what is found with the records that they see.
 */
export interface SearchIndex {
  /** Its name in `SearchClass.form`. */
  readonly name: string;
  /**
   * Stores documents in place of earlier ones, and removes those of records that have none any more. Repeatable.
   * @param gone ids of records without documents
   */
  put(uow: UnitOfWork, object: string, documents: SearchDocument[], gone: string[]): Promise<void>;
  /** Removes documents of records in a range of ids that do not exist. @param after null for the first range */
  sweep(
    uow: UnitOfWork,
    object: string,
    after: string | null,
    last: string | null,
    living: string[],
  ): Promise<void>;
  /** Removes up to some thousand documents of a class. @returns whether there may be more */
  drop(uow: UnitOfWork, object: string, of: number): Promise<boolean>;
  /**
   * Returns a relation with the documents that match, for a statement: `object, record_id, class, version, begins, whole,
   * recency, own, points, is_cut`. `points` is the score, 0 to 1000.
   * @param parts take the values that it uses
   */
  matches(request: MatchRequest, parts: QueryParts): Promise<string>;
}

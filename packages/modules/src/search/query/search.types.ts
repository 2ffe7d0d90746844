/** What somebody searches for. */
export interface SearchRequest {
  q: string;
  /** Keys or paths of the objects to search; all if missing. */
  objects?: string[] | undefined;
  limit: number;
  cursor?: string | undefined;
  /** Whether hits say why they were found. */
  explain?: boolean | undefined;
  /** A record to say of why it is not found: `account/<id>`. */
  record?: string | undefined;
}

/** A document that matches, of a record that the searcher sees. */
export interface Match {
  object: string;
  id: string;
  points: number;
  begins: number;
  whole: number;
  recency: number;
  own: boolean;
}

/** How the parts of a score add up: each is at most its weight in thousandths. */
export const SCORE_WEIGHTS = { beginnings: 600, words: 200, recency: 120, own: 80 } as const;

/** A field in which something of the search occurs. */
export interface MatchedField {
  field: string;
  label: string;
  /** `word`: a whole word of the search; `beginning`: the beginning of a word; `misspelt`: a word spelt like it. */
  match: 'word' | 'beginning' | 'misspelt';
}

/** A record that was found. */
export interface Hit {
  object: string;
  id: string;
  title: string;
  /** The part of another field that matches, if the title does not say why the record was found. */
  snippet?: string;
  /** Key of the field that the snippet is from. */
  field?: string;
  score: number;
  explanation?: {
    fields: MatchedField[];
    parts: { beginnings: number; words: number; recency: number; own: number };
  };
}

/** Why a record is not found, or that it is. */
export interface RecordExplanation {
  object: string;
  id: string;
  isFound: boolean;
  reasons: { code: string; params: Record<string, unknown>; because: string }[];
}

/** An answer of the search. */
export interface SearchAnswer {
  data: Hit[];
  page: { nextCursor: string | null; hasMore: boolean };
  /** Number of hits by object. */
  counts: Record<string, { value: number; capped: boolean }>;
  /** Whether more records match than were rated, so that better ones may be missing. */
  truncated: boolean;
  meta?: { indexing: true };
  record?: RecordExplanation;
}

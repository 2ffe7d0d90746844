/**
 * The objects that records of every object refer to: owners and authors, legal entities, tags. They are the only ones
 * whose keys the platform knows. Modules describe them.
 */
export const PEOPLE = 'member';
export const LEGAL_ENTITIES = 'legalEntity';
export const TAGS = 'tag';

/** Key of the field that says to which legal entity a record belongs. */
export const LEGAL_ENTITY = 'legalEntity';

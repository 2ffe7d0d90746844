/** Name of the consumer that keeps the index up to date. Its cursor says how far the index is. */
export const SEARCH_CONSUMER = 'search';

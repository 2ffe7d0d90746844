import type pg from 'pg';

/**
 * The connection of an operator's command (`npm run keys:check` and the like), which looks at all tenants. Such commands make it
 * from the administrator's address; API and worker have none.
 */
export type OperatorClient = Pick<pg.Client, 'query'>;

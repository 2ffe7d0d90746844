import type pg from 'pg';

/**
 * The connection of an operator's command (such as `npm run keys:check`), which reads all tenants. Such commands open
 * it with the administrator's address, which API and worker do not have.
 */
export type OperatorClient = Pick<pg.Client, 'query'>;

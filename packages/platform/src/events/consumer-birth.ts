import type { PlatformPool } from '../db/index.js';
import type { Consumer } from './consumer.js';

/**
 * Means "no tenant": its cursors record which consumers exist. No tenant has this id, so row security hides these rows.
 */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/**
 * Registers which consumers exist. If a new consumer starts at the head, sets its cursors to the heads of all feeds; a
 * tenant created later starts at the beginning of its feed. Two workers that start at the same time take turns.
 */
export async function registerConsumers(platform: PlatformPool, consumers: Consumer[]): Promise<void> {
  // In a fixed order, so that two workers with the same consumers do not deadlock.
  for (const { name, startAt } of [...consumers].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    await platform.transaction(async (client) => {
      const { rowCount } = await client.query(
        `insert into consumer_cursor (tenant_id, consumer) values ($1, $2) on conflict do nothing`,
        [NO_TENANT, name],
      );
      if (rowCount === 0)
        await client.query(
          `update consumer_cursor set updated_at = now() where tenant_id = $1 and consumer = $2`,
          [NO_TENANT, name],
        );
      else if (startAt === 'head')
        await client.query(
          `insert into consumer_cursor (tenant_id, consumer, position)
           select tenant_id, $1, position from feed_head on conflict do nothing`,
          [name],
        );
    });
  }
}

import type { PlatformPool } from '../db/index.js';
import type { Consumer } from './consumer.js';

/** Stands for "no tenant": its cursors say which consumers there are. No tenant has this id, so row security hides it. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/**
 * Writes down which consumers there are, and when one is new that starts at the head, sets its cursors to the heads of all
 * feeds. A tenant that comes later starts at its beginning. Two workers starting at once take turns.
 */
export async function registerConsumers(platform: PlatformPool, consumers: Consumer[]): Promise<void> {
  // In one order, so that two workers with the same consumers do not block each other crosswise.
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

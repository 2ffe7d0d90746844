import type { PlatformPool } from '../db/index.js';
import type { Metrics } from '../observability/index.js';

/**
 * Registers gauges for depth and age of the queue. They read the rows, so they are right even when the queue is down.
 */
export function registerJobMetrics(metrics: Metrics, platform: PlatformPool): void {
  // Leaves out `done` and `cancelled`: counting them would read the whole table.
  metrics.gauge({
    name: 'pellucid_jobs',
    help: 'Jobs by state: pending (waiting or delayed), running, dead (dead letters that nobody discarded)',
    labels: ['state'],
    read: async () => {
      const { rows } = await platform.query<{ state: string; jobs: number }>(
        `select s.state, count(j.id)::int as jobs from unnest(array['pending','running','dead']) as s(state)
         left join job j on j.state = s.state and j.discarded_at is null group by s.state`,
      );
      return rows.map(({ state, jobs }) => ({ labels: { state }, value: jobs }));
    },
  });
  metrics.gauge({
    name: 'pellucid_job_oldest_due_seconds',
    help: 'How long the oldest job that is due has been waiting',
    read: async () => {
      const { rows } = await platform.query<{ seconds: number }>(
        `select coalesce(extract(epoch from now() - min(run_at)), 0)::float8 as seconds
         from job where state = 'pending' and run_at <= now()`,
      );
      return [{ value: rows[0]!.seconds }];
    },
  });
}

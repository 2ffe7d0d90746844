import { expect, test } from 'vitest';
import { createLogger, Metrics, MetricsServer } from './index.js';

const silent = createLogger({ level: 'silent' });

test('requests are counted by method, route template and status', async () => {
  const metrics = new Metrics(silent);
  metrics.observeRequest({
    method: 'GET',
    route: '/accounts/:id',
    status: 200,
    seconds: 0.004,
    roundTrips: 1,
  });
  const { body } = await metrics.payload();
  expect(body).toContain(
    'http_request_duration_seconds_count{method="GET",route="/accounts/:id",status="200"} 1',
  );
  expect(body).toContain('pellucid_db_round_trips_sum{method="GET",route="/accounts/:id"} 1');
  expect(body).toContain('process_resident_memory_bytes');
});

test('a gauge that cannot be read is left out, and the others are served', async () => {
  const metrics = new Metrics(silent);
  metrics.watchPool('tenant', { totalCount: 3, idleCount: 2, waitingCount: 0 });
  metrics.watchPool('platform', { totalCount: 1, idleCount: 1, waitingCount: 4 });
  metrics.gauge({ name: 'pellucid_broken', help: 'x', read: () => Promise.reject(new Error('no database')) });
  const { body } = await metrics.payload();
  expect(body).toContain('pellucid_db_pool_connections{pool="tenant",state="total"} 3');
  expect(body).toContain('pellucid_db_pool_connections{pool="platform",state="waiting"} 4');
  expect(body).not.toMatch(/^pellucid_broken \d/m);
});

test('labels that no longer exist disappear from a gauge', async () => {
  const metrics = new Metrics(silent);
  let names = ['a', 'b'];
  metrics.gauge({
    name: 'pellucid_named',
    help: 'x',
    labels: ['name'],
    read: () => names.map((name) => ({ labels: { name }, value: 1 })),
  });
  expect((await metrics.payload()).body).toContain('pellucid_named{name="b"} 1');
  names = ['a'];
  expect((await metrics.payload()).body).not.toContain('name="b"');
});

test('the worker’s port serves metrics and nothing else', async () => {
  const server = new MetricsServer(new Metrics(silent));
  const port = await server.listen(0, '127.0.0.1');
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await answer.text()).toContain('nodejs_eventloop_lag_seconds');
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  await server.close();
});

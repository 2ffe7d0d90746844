import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { typescriptProcess } from '../testing/index.js';

const preload = fileURLToPath(new URL('./tracing/index.ts', import.meta.url));
const fixture = new URL('./fixtures/traced-process.ts', import.meta.url);

test('a trace goes from the caller through the request into the job, and out to the collector', async () => {
  const spans: any[] = [];
  const collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString());
      for (const resource of body.resourceSpans)
        for (const scope of resource.scopeSpans) spans.push(...scope.spans);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  const { port } = collector.address() as AddressInfo;
  const traced = typescriptProcess(fixture, {
    imports: [preload],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    },
  });
  await traced.line(/^carrier \{"traceparent"/);
  expect(await traced.exited).toBe(0);
  collector.close();

  const request = spans.find(({ name }) => name === 'GET /things/:id');
  const job = spans.find(({ name }) => name === 'job test');
  expect(request).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
  });
  expect(job).toMatchObject({ traceId: request.traceId, parentSpanId: request.spanId });
});

test('nothing is traced while tracing is off', async () => {
  const untraced = typescriptProcess(fixture, { imports: [preload], env: { PELLUCID_TRACING: 'off' } });
  await untraced.line(/^carrier null/);
  expect(await untraced.exited).toBe(0);
});

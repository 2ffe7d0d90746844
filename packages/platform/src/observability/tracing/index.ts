/**
 * Preload module of both processes: `node --import @pellucid/platform/observability/tracing main.js`. Turns
 * OpenTelemetry on when PELLUCID_TRACING is on or OTEL_EXPORTER_OTLP_ENDPOINT is set; otherwise it loads nothing. Spans
 * are exported by OTLP over HTTP (the standard OTEL_* variables apply). It must be loaded before everything else so
 * that the context manager is in place. Our own code creates the spans (`inSpan`, `traceRequests`) and no library is
 * patched, so no loader hook is needed.
 */
const isOn =
  ['1', 'true', 'on'].includes(process.env['PELLUCID_TRACING'] ?? '') ||
  Boolean(process.env['OTEL_EXPORTER_OTLP_ENDPOINT']);

if (isOn) {
  // Prometheus scrapes metrics, and logs go to standard output.
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] ??= 'http/protobuf';
  process.env['OTEL_SERVICE_NAME'] ??= 'pellucid';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  new NodeSDK({ instrumentations: [] }).start();
}

export {};

/**
 * Preload of both processes: `node --import @pellucid/platform/observability/tracing main.js`. Switches OpenTelemetry on
 * when PELLUCID_TRACING is on or OTEL_EXPORTER_OTLP_ENDPOINT is given; otherwise it loads nothing. Spans go out by OTLP
 * over HTTP (the standard OTEL_* variables hold). It must come before everything else so that the context manager is in
 * place. Spans are made by our own code (`inSpan`, `traceRequests`), not by patching libraries, so no loader hook is needed.
 */
const isOn =
  ['1', 'true', 'on'].includes(process.env['PELLUCID_TRACING'] ?? '') ||
  Boolean(process.env['OTEL_EXPORTER_OTLP_ENDPOINT']);

if (isOn) {
  // Metrics are served to Prometheus and logs go to standard output.
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] ??= 'http/protobuf';
  process.env['OTEL_SERVICE_NAME'] ??= 'pellucid';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  new NodeSDK({ instrumentations: [] }).start();
}

export {};

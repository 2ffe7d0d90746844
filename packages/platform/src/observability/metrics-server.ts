import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

/** A scrape takes milliseconds, so slow clients are disconnected. */
const SLOW_CLIENTS = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 2_500 };

/** Serves `GET /metrics` of a process, on a port that only operators can reach. */
export class MetricsServer {
  private server: Server | null = null;

  constructor(private readonly metrics: Metrics) {}

  /** Starts listening. @param port 0 for any free one @returns the port @throws EADDRINUSE and similar errors */
  async listen(port: number, host = '127.0.0.1'): Promise<number> {
    const server = createServer(SLOW_CLIENTS, async (request, response) => {
      if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      try {
        const { contentType, body } = await this.metrics.payload();
        response.writeHead(200, { 'content-type': contentType }).end(body);
      } catch {
        response.writeHead(500).end();
      }
    });
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(port, host, done);
    });
    this.server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

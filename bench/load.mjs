/** Generates load: N connections, each of which sends its next request after the last response. */
import { Agent, request } from 'node:http';

/**
 * Runs one round of load.
 * @param {object} options
 * @param {number} options.port on 127.0.0.1
 * @param {(n: number) => {method: string, path: string, body?: string}} options.next returns the n-th request
 * @param {Record<string, string>} options.headers
 * @param {() => Record<string, string>} [options.headersOf] returns headers for each request, e.g. an Idempotency-Key
 * @param {number} options.connections
 * @param {number} options.seconds
 * @param {number} options.expect status of a successful response
 * @returns {Promise<{requests: number, rps: number, latencies: number[]}>} latencies in ms, unsorted
 */
export async function round({ port, next, headers, headersOf = () => ({}), connections, seconds, expect }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let n = 0;
  const lane = async () => {
    while (performance.now() < end) {
      const started = performance.now();
      const { status, body } = await send(agent, port, next(n++), { ...headers, ...headersOf() });
      if (status !== expect) throw new Error(`expected ${expect}, got ${status}: ${body.slice(0, 500)}`);
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const took = (performance.now() - begin) / 1000;
  agent.destroy();
  return { requests: latencies.length, rps: latencies.length / took, latencies };
}

/**
 * Sends one request.
 * @returns {Promise<{status: number, body: string, headers: import('node:http').IncomingHttpHeaders}>}
 */
export function send(agent, port, { method, path, body, contentType }, headers = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent,
        headers: {
          ...headers,
          ...(body
            ? { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }
            : {}),
        },
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode,
            body: Buffer.concat(chunks).toString('utf8'),
            headers: answer.headers,
          }),
        );
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Returns a percentile. @param {number[]} sorted values, ascending @param {number} share 0..1 */
export function percentile(sorted, share) {
  return (
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 100) / 100
  );
}

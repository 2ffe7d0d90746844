import { constants } from 'node:zlib';
import fastifyCompress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Smaller responses fit into one packet anyway. */
const THRESHOLD_BYTES = 1024;
/** JSON and problem+json. Streams (NDJSON, CSV, files) are sent piece by piece as they are produced. */
const COMPRESSED = /^application\/([\w.-]+\+)?json\b/;
/**
 * Responses that carry secrets may also contain what the caller sent, and some are requested with a cookie. If they
 * were compressed, their length would leak the secret (BREACH).
 */
const SECRET = /^\/api\/v1\/(auth|api-keys)(\/|$)/;

/**
 * Compresses JSON responses above one kilobyte: with brotli, at a level that takes little more time than gzip, else
 * with gzip.
 */
export async function compressAnswers(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as any;
  fastify.addHook('onRoute', (route: any) => {
    if (SECRET.test(route.url)) route.compress = false;
  });
  await app.register(fastifyCompress as never, {
    encodings: ['br', 'gzip'],
    threshold: THRESHOLD_BYTES,
    customTypes: COMPRESSED,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    // Request bodies are not decompressed, so a small body that unpacks to gigabytes is refused as invalid JSON.
    globalDecompression: false,
  });
}

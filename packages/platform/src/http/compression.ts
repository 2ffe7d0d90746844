import { constants } from 'node:zlib';
import fastifyCompress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Smaller answers fit into one packet anyway. */
const THRESHOLD_BYTES = 1024;
/** JSON and problem+json. Streams (NDJSON, CSV, files) go out as they are made, piece by piece. */
const COMPRESSED = /^application\/([\w.-]+\+)?json\b/;
/**
 * Answers that carry secrets stand beside what the caller sent, and some of them are asked for by a cookie: compressed,
 * their length would tell about the secret (BREACH).
 */
const SECRET = /^\/api\/v1\/(auth|api-keys)(\/|$)/;

/** Compresses JSON answers past a kilobyte: brotli at a level that costs little more time than gzip, else gzip. */
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
    // Requests are read as they come: a small body that unpacks to gigabytes is refused as no JSON.
    globalDecompression: false,
  });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route gives a file of the web app. */
    webApp?: boolean;
  }
}

/** Names of these files hold a hash of their content: what is cached once is right for good. */
const HASHED = 'public, max-age=31536000, immutable';
/** Asked again each time, answered by 304 while nothing changed: a new release shows at the next load. */
const CHECKED = 'no-cache';

/**
 * Serves the built web app: its files, compressed at build time, and index.html at every address that is neither file nor
 * API. None of it is counted against rate limits (see {@link isWebApp}).
 * @param root folder of the build; without an index.html in it nothing is served
 */
export async function serveWebApp(app: NestFastifyApplication, root: string | undefined): Promise<void> {
  if (!root || !existsSync(join(root, 'index.html'))) return;
  await app.register(webApp as never, { root });
}

async function webApp(scope: any, { root }: { root: string }): Promise<void> {
  scope.addHook('onRoute', (route: any) => {
    route.config = { ...route.config, webApp: true };
  });
  scope.addHook('onRequest', (request: any, reply: any, done: () => void) => {
    if (isWebApp(request)) {
      const isHashed = String(request.routeOptions.url).startsWith('/assets/');
      reply.header('cache-control', isHashed ? HASHED : CHECKED).header('vary', 'accept-encoding');
    }
    done();
  });
  await scope.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    globIgnore: ['**/*.br', '**/*.gz'],
  });
  const page = (_request: unknown, reply: any) => reply.sendFile('index.html');
  scope.get('/', page);
  scope.get('/*', (request: any, reply: any) =>
    isWebApp(request) ? page(request, reply) : reply.callNotFound(),
  );
}

/**
 * Whether a request is answered by a file of the web app. Such answers cost next to nothing, hold nothing that is secret,
 * and an office behind one address asks for many at once. Addresses of the API and of files that do not exist are none.
 */
export function isWebApp(request: {
  url: string;
  routeOptions?: { url?: string | undefined; config?: { webApp?: boolean } };
}): boolean {
  if (!request.routeOptions?.config?.webApp) return false;
  return request.routeOptions.url !== '/*' || !/^\/(api|assets)(\/|$)/.test(request.url);
}

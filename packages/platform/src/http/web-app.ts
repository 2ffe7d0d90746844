import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set on routes that serve a file of the web app. */
    webApp?: boolean;
  }
}

/** The names of these files contain a hash of their content, so a cached copy never becomes outdated. */
const HASHED = 'public, max-age=31536000, immutable';
/** The browser asks each time and gets a 304 while nothing has changed, so a new release shows at the next load. */
const CHECKED = 'no-cache';

/**
 * Serves the built web app: its files, compressed at build time, and index.html for every URL that is neither a file
 * nor part of the API. None of these requests count against rate limits (see {@link isWebApp}).
 * @param root folder of the build; nothing is served if it has no index.html
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
 * Whether the response to a request is a file of the web app. Such responses cost next to nothing and contain no
 * secrets, and an office behind one address requests many at once. URLs of the API and of files that do not exist are
 * not included.
 */
export function isWebApp(request: {
  url: string;
  routeOptions?: { url?: string | undefined; config?: { webApp?: boolean } };
}): boolean {
  if (!request.routeOptions?.config?.webApp) return false;
  return request.routeOptions.url !== '/*' || !/^\/(api|assets)(\/|$)/.test(request.url);
}

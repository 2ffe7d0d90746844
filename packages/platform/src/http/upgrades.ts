import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ProblemError } from '../errors/index.js';
import type { ApiRequest } from './endpoint.js';

/** Where browsers open a WebSocket for live messages. */
export const LIVE_PATH = '/api/v1/live';

/** A request that wants to become a WebSocket, with its socket and what arrived after its headers. */
export interface Upgrade {
  request: ApiRequest;
  socket: Duplex;
  head: Buffer;
}

/** Takes over the socket of an accepted request. @throws ProblemError to refuse it */
export type UpgradeHandler = (upgrade: Upgrade) => void | Promise<void>;

type Raw = IncomingMessage & { upgrading?: Pick<Upgrade, 'socket' | 'head'> };

/**
 * Option of the HTTP server: which requests may leave HTTP. Node answers all others as if they had not asked, e.g. those of
 * clients that offer HTTP/2 on every request.
 */
export const shouldUpgradeCallback = ({ method, url }: IncomingMessage): boolean =>
  method === 'GET' && url !== undefined && url.split('?')[0]!.replace(/\/$/, '') === LIVE_PATH;

/**
 * Lets requests for {@link LIVE_PATH} become WebSockets. They pass the same hooks as any request before that: context,
 * limits by address, proxies. Call it when modules are initialised, while routes can still be added.
 */
export function acceptUpgrades(adapter: AbstractHttpAdapter, handle: UpgradeHandler): void {
  const fastify = adapter.getInstance();
  fastify.route({
    method: 'GET',
    url: LIVE_PATH,
    handler: async (request: ApiRequest, reply: any) => {
      const { upgrading } = request.raw as Raw;
      if (!upgrading)
        throw new ProblemError(
          426,
          'upgradeRequired',
          'Upgrade required',
          'Open a WebSocket here, with a client of Socket.IO.',
          { headers: { upgrade: 'websocket', connection: 'Upgrade' } },
        );
      await handle({ request, ...upgrading });
      reply.hijack();
    },
  } as never);
  adapter.getHttpServer().on('upgrade', (raw: Raw, socket: Duplex, head: Buffer) => {
    raw.upgrading = { socket, head };
    const answer = new ServerResponse(raw);
    answer.assignSocket(socket as never);
    answer.shouldKeepAlive = false;
    // Only a refusal ends the response. The parser has left the socket, so nothing else would close it.
    answer.on('finish', () => socket.end());
    socket.on('error', () => socket.destroy());
    fastify.routing(raw as never, answer as never);
  });
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Document = Record<string, any>;
type Query = Record<string, any>;

/**
 * A server that speaks as much of OpenSearch's REST interface as the product uses, with its rules: documents become visible
 * to searches and deletions by query only when the index is refreshed.
 */
export class OpenSearchStandIn {
  /** Paths and numbers of the requests so far, so that a test can show that it was asked. */
  readonly requests = new Map<string, number>();
  private readonly indexes = new Map<
    string,
    { written: Map<string, Document>; visible: Map<string, Document> }
  >();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OpenSearchStandIn> {
    const server = createServer();
    const standIn = new OpenSearchStandIn(server);
    server.on('request', async (request, response) => {
      const { status, body } = standIn.answer(request, await textOf(request));
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** Everything that is stored, as text. */
  contents(): string {
    return JSON.stringify([...this.indexes.values()].map(({ written }) => [...written.values()]));
  }

  private answer({ method, url }: IncomingMessage, text: string): { status: number; body: unknown } {
    const [first = '', action = ''] = new URL(url!, 'http://x').pathname.split('/').filter(Boolean);
    const name = `${method} ${action || (first.startsWith('_') ? first : 'index')}`;
    this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
    if (first === '_bulk') return this.bulk(text);
    const index = this.indexes.get(first);
    if (!action && method === 'HEAD') return { status: index ? 200 : 404, body: {} };
    if (!action && method === 'PUT') {
      if (index) return { status: 400, body: { error: { type: 'resource_already_exists_exception' } } };
      this.indexes.set(first, { written: new Map(), visible: new Map() });
      return { status: 200, body: { acknowledged: true } };
    }
    if (!index) return { status: 404, body: { error: { type: 'index_not_found_exception' } } };
    if (action === '_refresh') {
      index.visible = new Map(index.written);
      return { status: 200, body: {} };
    }
    const asked = JSON.parse(text);
    const found = [...index.visible].filter(([, document]) => holds(asked.query, document));
    if (action === '_delete_by_query') {
      for (const [id] of found) index.written.delete(id);
      return { status: 200, body: { deleted: found.length } };
    }
    if (action === '_search') return { status: 200, body: page(found, asked) };
    return { status: 400, body: { error: { type: `no ${method} ${url}` } } };
  }

  private bulk(text: string): { status: number; body: unknown } {
    const lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    for (let at = 0; at < lines.length; at += 2) {
      const { _index, _id } = lines[at].index;
      this.indexes.get(_index)!.written.set(_id, lines[at + 1]);
    }
    return { status: 200, body: { errors: false, items: [] } };
  }
}

function page(found: [string, Document][], { sort, size, search_after: after }: Query) {
  const [key, order] = Object.entries(sort[0])[0] as [string, 'asc' | 'desc'];
  const sign = order === 'desc' ? -1 : 1;
  const compare = (a: string, b: string) => sign * (a < b ? -1 : a > b ? 1 : 0);
  const hits = found
    .map(([_id, _source]) => ({ _id, _source, sort: [_source[key]] }))
    .sort((a, b) => compare(a.sort[0], b.sort[0]))
    .filter((hit) => !after || compare(hit.sort[0], after[0]) > 0);
  return { hits: { total: { value: hits.length, relation: 'eq' }, hits: hits.slice(0, size) } };
}

/** Whether a document fulfils a query. @throws Error for a query that this stand-in does not know */
function holds(query: Query, document: Document): boolean {
  const [[kind, given]] = Object.entries(query) as [[string, any]];
  const values = (path: string): any[] =>
    [path.split('.').reduce<any>((value, key) => value?.[key], document) ?? []].flat();
  const [field, wanted] = Object.entries(given)[0] as [string, any];
  if (kind === 'term') return values(field).includes(wanted);
  if (kind === 'terms') return values(field).some((value) => wanted.includes(value));
  if (kind === 'prefix') return values(field).some((value) => String(value).startsWith(wanted));
  if (kind === 'range')
    return values(field).every(
      (value) =>
        (wanted.gt === undefined || value > wanted.gt) && (wanted.lte === undefined || value <= wanted.lte),
    );
  if (kind !== 'bool') throw new Error(`the stand-in does not know the query "${kind}"`);
  const { filter = [], must_not: not = [], should = [], minimum_should_match: least = 0 } = given;
  return (
    filter.every((each: Query) => holds(each, document)) &&
    !not.some((each: Query) => holds(each, document)) &&
    should.filter((each: Query) => holds(each, document)).length >= least
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

import type { ApiAnswer } from './api-process.js';

/** A request to send. */
export interface Probe {
  /** Operation ID in the OpenAPI document. */
  operation: string;
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A request and its answer, in a form that is equal in two equal worlds. */
export interface Line {
  operation: string;
  request: string;
  answer: string;
}

/** Headers that can reveal something about a record. */
const TELLING_HEADERS = ['etag', 'location', 'content-type', 'cache-control', 'retry-after'];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
/** The days on which the tests can be running. One world may be asked before midnight and the other one after. */
const TODAY = new RegExp(
  [0, 1].map((more) => new Date(Date.now() + more * 86_400_000).toISOString().slice(0, 10)).join('|'),
  'g',
);
/** Values that are new with every request, and their placeholders. */
const FLEETING: [RegExp, string][] = [
  [/"(correlationId|instance)":"[^"]*"/g, '"$1":"…"'],
  [/"(downloadUrl)":"[^"]*"/g, '"$1":"…"'],
  [/"(day)":"[^"]*"/g, '"$1":"…"'],
  [/"(nextCursor|cursor)":"[^"]*"/g, '"$1":"…"'],
  // Times with whole seconds are shorter. The files themselves are compared.
  [/"(bytes)":\d+/g, '"$1":"…"'],
  [/"(key|prefix|secret|token|hash|head|lastHash)":"[^"]{12,}"/g, '"$1":"…"'],
];

/** The requests and answers of one world, with IDs numbered by their first appearance in a text. */
export class Transcript {
  readonly lines: Line[] = [];
  private readonly names = new Map<string, string>();

  /** @param own texts that only this world has (such as its company's name), and their placeholders */
  constructor(private readonly own: Map<string, string> = new Map()) {}

  /** Names an ID, so that findings are readable. */
  name(id: string, name: string): void {
    this.names.set(id.toLowerCase(), name);
  }

  note({ operation, method, path, body }: Probe, { status, headers, body: answer }: ApiAnswer): void {
    const told = TELLING_HEADERS.filter((name) => headers[name] !== undefined)
      .map((name) => `${name}: ${String(headers[name])}`)
      .join('; ');
    const sent =
      typeof body === 'string' ? body.replace(/----sweep[0-9a-f-]+/g, '----') : JSON.stringify(body);
    this.lines.push({
      operation,
      request: this.common(`${method} ${path} ${sent ?? ''}`),
      answer: this.common(
        `${status} ${told}\n${typeof answer === 'string' ? answer : JSON.stringify(answer)}`,
      ),
    });
  }

  /** The text without what only this world has. */
  private common(text: string): string {
    let common = text;
    for (const [own, instead] of this.own) common = common.replaceAll(own, instead);
    for (const [pattern, instead] of FLEETING) common = common.replace(pattern, instead);
    const appeared = new Map<string, string>();
    common = common.replace(INSTANT, 'TIME').replace(TODAY, 'TODAY');
    return common.replace(UUID, (id) => {
      const known = id.toLowerCase();
      if (!this.names.has(known) && !appeared.has(known)) appeared.set(known, `#${appeared.size + 1}`);
      return this.names.get(known) ?? appeared.get(known)!;
    });
  }
}

/** One sentence for each request that two worlds answer differently. */
export function differences(a: Line[], b: Line[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (!one || !other || one.request !== other.request)
      return [...found, `the worlds were not asked alike: ${one?.request} / ${other?.request}`];
    if (one.answer === other.answer) continue;
    let at = 0;
    while (one.answer[at] === other.answer[at]) at++;
    const near = (text: string) => text.slice(Math.max(0, at - 60), at + 120).replaceAll('\n', ' ');
    found.push(
      `${one.operation}: ${one.request.slice(0, 300)}\n    A …${near(one.answer)}\n    B …${near(other.answer)}`,
    );
  }
  return found;
}

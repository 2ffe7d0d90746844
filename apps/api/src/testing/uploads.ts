import { createHash } from 'node:crypto';
import type { ApiAnswer, TestApi } from './api-process.js';

/** A file to upload. */
export interface TestFile {
  name?: string;
  content: Buffer | string;
  about?: { object: string; id: string }[];
  values?: Record<string, unknown>;
}

/** Uploads of one caller. */
export function uploadsOf(api: Pick<TestApi, 'call'>, token: string) {
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    api.call(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  const start = ({ name = 'notes.txt', content, ...more }: TestFile) =>
    call('POST', '/file-uploads', { name, size: Buffer.byteLength(content), ...more });
  const piece = (id: string, offset: number, bytes: Buffer | string, headers: Record<string, string> = {}) =>
    call('PATCH', `/file-uploads/${id}`, Buffer.from(bytes), {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      ...headers,
    });
  const complete = (id: string, body: object = {}) => call('POST', `/file-uploads/${id}/complete`, body);
  /** Uploads a file in one piece. @returns its id */
  const uploaded = async (file: TestFile): Promise<string> => {
    const { body: upload } = must(await start(file), 201);
    must(await piece(upload.id, 0, Buffer.from(file.content)), 204);
    return must(await complete(upload.id), 201).body.id;
  };
  /** Downloads a file by a new link. */
  const download = async (id: string, headers: Record<string, string> = {}): Promise<ApiAnswer> => {
    const link = await call('GET', `/files/${id}/link`);
    return link.status === 200 ? api.call('GET', link.body.url, { headers }) : link;
  };
  return { call, start, piece, complete, uploaded, download };
}

function must(answer: ApiAnswer, status: number): ApiAnswer {
  if (answer.status !== status)
    throw new Error(`an upload gave ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Returns the SHA-256 of content. */
export const sha256 = (content: Buffer | string, encoding: 'hex' | 'base64' = 'hex') =>
  createHash('sha256').update(content).digest(encoding);

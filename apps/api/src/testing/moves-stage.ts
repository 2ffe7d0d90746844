import { eventually } from '@pellucid/platform/testing';
import { expect } from 'vitest';
import type { TestApi } from './api-process.js';
import { importsStage, type Part } from './imports-stage.js';

/** Files of a move, by name. */
export type MoveFiles = Record<string, string | Uint8Array>;

/** Sets up the tests of moves: like imports, with what moves need. */
export function movesStage(begin: () => Promise<TestApi>, end?: () => Promise<void>) {
  const stage = importsStage(begin, end);
  const { call, get, post } = stage;

  /** Uploads files. */
  const upload = (files: MoveFiles, token?: string, source?: string) =>
    post(
      '/moves',
      [
        ...Object.entries(files).map(([name, content]): Part => ['file', content, name]),
        ...(source === undefined ? [] : [['source', source] as Part]),
      ],
      {},
      token,
    );
  /** Plans a move. */
  async function plan(files: MoveFiles, token?: string): Promise<any> {
    const { status, body } = await upload(files, token);
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  }
  const ended = (id: string, token?: string) =>
    eventually(async () => {
      const move = await get(`/moves/${id}`, token);
      return ['queued', 'running', 'rolling_back'].includes(move.status) ? undefined : move;
    });
  /** Starts a planned move, and waits for its end. */
  async function carryOut(id: string, token?: string): Promise<any> {
    const { status, body } = await call('POST', `/moves/${id}/start`, {}, token);
    expect(status, JSON.stringify(body)).toBe(202);
    return ended(id, token);
  }
  /** All records of an object, with the given members. */
  async function all(path: string): Promise<any[]> {
    return (await get(`${path}?limit=100`)).data;
  }
  /** Why rows of a move failed. */
  async function failures(move: any): Promise<unknown[]> {
    const all: unknown[] = [];
    for (const step of move.steps)
      if (step.counts.failed)
        for (const { cells: _, ...row } of (await get(`/imports/${step.importId}/failed-rows`)).data)
          all.push([step.name, JSON.stringify(row)]);
    return all;
  }
  return Object.assign(Object.create(stage) as typeof stage, {
    upload,
    plan,
    ended,
    carryOut,
    all,
    failures,
    /** Plans and carries out a move. */
    move: async (files: MoveFiles) => carryOut((await plan(files)).id),
  });
}

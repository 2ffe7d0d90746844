import type { ExplainRequest } from './explain-access';
import type { ListRequest } from './list-records';

/** Query keys of everything rendered from object descriptions. */
export const recordKeys = {
  objects: ['objects'] as const,
  layouts: ['layouts'] as const,
  all: ['records'] as const,
  object: (path: string) => ['records', path] as const,
  lists: (path: string) => ['records', path, 'list'] as const,
  list: (path: string, request: ListRequest) => ['records', path, 'list', request] as const,
  record: (path: string, id: string) => ['records', path, 'record', id] as const,
  /** Lines of a record that are read by themselves. */
  lines: (path: string, id: string) => ['records', path, 'lines', id] as const,
  rights: (path: string, id: string) => ['records', path, 'rights', id] as const,
  history: (path: string, id: string) => ['records', path, 'history', id] as const,
  timeline: (path: string, id: string, filter: object) => ['records', path, 'timeline', id, filter] as const,
  options: (path: string, text: string) => ['records', path, 'options', text] as const,
  access: ['access'] as const,
  explanation: (request: ExplainRequest) => ['access', 'explanation', request] as const,
  viewers: (object: string, record: string, field: string | undefined) =>
    ['access', 'viewers', object, record, field ?? null] as const,
};

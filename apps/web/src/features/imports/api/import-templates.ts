import { queryOptions } from '@tanstack/react-query';
import { createCustomField } from '@pellucid/api-client';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { objectsQuery } from '@/records/api/describe-objects';
import type { ImportOptions, SuggestedCustomField } from './import.types';
import { saveBlob } from '@/lib/save-blob';

const URL_ROOT = `${API_ROOT}/import-templates`;

/** Options of imports, kept by name: as far as the user may use them. */
export interface ImportTemplate {
  id: string;
  object: string;
  name: string;
  options: ImportOptions;
  /** Columns whose fields are gone, or not the user's to fill. */
  leftOut: { column: string; field: string | null }[];
  isShared: boolean;
  owner: { id: string; name: string | null } | null;
  mayChange: boolean;
  version: number;
}

/** The templates that the user can use, the oldest first. */
export const importTemplatesQuery = queryOptions({
  queryKey: ['import-templates'],
  queryFn: async ({ signal }) => {
    const answer = await client.get({ url: URL_ROOT, query: { limit: 200 }, signal });
    return (answer as unknown as { data: ImportTemplate[] }).data;
  },
});

const refresh = () => queryClient.invalidateQueries({ queryKey: importTemplatesQuery.queryKey });

/** Keeps options as a template of the user. */
export async function addTemplate(body: {
  name: string;
  options: ImportOptions;
  isShared: boolean;
}): Promise<void> {
  await client.post({ url: URL_ROOT, body });
  await refresh();
}

/** Renames or shares a template. Throws ApiProblem with 412 if somebody else changed it since it was read. */
export async function changeTemplate(
  { id, version }: ImportTemplate,
  body: { name?: string; isShared?: boolean },
): Promise<void> {
  await client.patch({ url: `${URL_ROOT}/${id}`, body, headers: { 'If-Match': `"${version}"` } });
  await refresh();
}

export async function removeTemplate({ id }: ImportTemplate): Promise<void> {
  await client.delete({ url: `${URL_ROOT}/${id}` });
  await refresh();
}

/** Saves a CSV file to fill in, with the fields of an object. */
export async function downloadBlankFile(object: string, name: string): Promise<void> {
  const answer = await client.get({
    url: `${API_ROOT}/imports/template`,
    query: { object },
    parseAs: 'blob',
  });
  saveBlob(answer as unknown as Blob, `${name}.csv`);
}

/** Adds a field to an object. Out: its key. Throws ApiProblem that names what can't be. */
export async function addCustomField(object: string, field: SuggestedCustomField): Promise<string> {
  return (await createCustomField({ body: { object, ...field } })).key;
}

/** Fetches the objects again, which have more fields now. */
export const refreshObjects = () => queryClient.invalidateQueries({ queryKey: objectsQuery.queryKey });

import * as api from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import type { TemplateWish } from '@/lib/kept-templates/template-list';
import { queryClient } from '@/lib/query-client';
import '@/lib/transport';

export type RecordTemplate = api.RecordTemplate;

const keys = { all: ['record-templates'] as const };

/** The templates that the user can use for records of an object, the oldest first. */
export const recordTemplatesQuery = (object: string) =>
  queryOptions({
    queryKey: [...keys.all, object] as const,
    queryFn: async ({ signal }) =>
      (await api.listRecordTemplates({ query: { object, limit: 200 }, signal })).data,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.all });

/** Keeps values as a template of the user. Throws ApiProblem that names the values that can't be kept. */
export async function addTemplate(body: api.RecordTemplateCreate): Promise<void> {
  await api.createRecordTemplate({ body });
  await refresh();
}

/** Renames or shares a template. Throws ApiProblem with 412 if somebody else changed it since it was read. */
export async function changeTemplate({ id, version }: RecordTemplate, body: TemplateWish): Promise<void> {
  await api.changeRecordTemplate({ path: { id }, body, headers: { 'If-Match': `"${version}"` } as never });
  await refresh();
}

export async function removeTemplate({ id }: RecordTemplate): Promise<void> {
  await api.deleteRecordTemplate({ path: { id } });
  await refresh();
}

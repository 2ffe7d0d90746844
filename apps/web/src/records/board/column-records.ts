/** The records of a board's columns in the cache, so that a moved card is at once where it was dropped. */
import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import { infiniteListQuery, type ListRequest, type RecordPage } from '../api/list-records';
import { bothConditions } from '../filters/filter-model';
import type { FieldDescription, ObjectDescription, RecordData } from '../object-description';
import { conditionOfGroup, type GroupKey } from '../views/group-values';

/** Cards that are fetched at once. */
const PAGE = 30;

type Pages = InfiniteData<RecordPage, unknown>;

/** What a column asks the API for. */
export function columnRequest(request: ListRequest, field: FieldDescription, key: GroupKey): ListRequest {
  const filter = bothConditions(request.filter, conditionOfGroup(field, key));
  return { ...request, limit: PAGE, ...(filter && { filter }) };
}

/** The key of a column's records in the cache. */
export function columnKey(object: ObjectDescription, request: ListRequest): QueryKey {
  return infiniteListQuery(object, request).queryKey;
}

/** Takes a record out of one column and puts it at the top of another. */
export function moveInPages(client: QueryClient, from: QueryKey, to: QueryKey, record: RecordData): void {
  const without = (pages: Pages): Pages => ({
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, data: page.data.filter(({ id }) => id !== record.id) })),
  });
  client.setQueryData<Pages>(from, (pages) => pages && without(pages));
  client.setQueryData<Pages>(to, (pages) => {
    if (!pages) return pages;
    const [first, ...rest] = without(pages).pages;
    return first ? { ...pages, pages: [{ ...first, data: [record, ...first.data] }, ...rest] } : pages;
  });
}

import { ActionIcon, Button, Group, Loader, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { aggregateQuery } from '../api/aggregate-records';
import { listRecords, type ListRequest } from '../api/list-records';
import { recordKeys } from '../api/record-keys';
import { bothConditions } from '../filters/filter-model';
import { notePlace, placeIn } from '../list/list-place';
import { RecordTable, type RecordTableProps, type TableItem } from '../list/record-table';
import { fieldOf, type ObjectDescription, type RecordData } from '../object-description';
import {
  conditionOfGroup,
  type Group as Part,
  groupRequest,
  groupsIn,
  labelOfKey,
  totalText,
} from './group-values';
import type { ViewGroup } from './view-model';

const PAGE = 100;

interface GroupedTableProps
  extends Omit<RecordTableProps, 'rows' | 'items' | 'isPending' | 'isFetchingMore' | 'hasMore' | 'onMore'> {
  group: ViewGroup;
  request: ListRequest;
}

/** The first pages of a group's records. */
async function recordsOf(path: string, request: ListRequest, pages: number, signal: AbortSignal) {
  const data: RecordData[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const answer = await listRecords(path, { ...request, limit: PAGE }, cursor, signal);
    data.push(...answer.data);
    cursor = answer.page.nextCursor ?? undefined;
    if (!cursor) break;
  }
  return { data, hasMore: cursor !== undefined };
}

/** A list in groups with their totals. The records of a group are fetched when it is opened. */
export default function GroupedTable({ group, request, ...table }: GroupedTableProps) {
  const { object } = table;
  const { t } = useTranslation('views');
  const field = fieldOf(object, group.field);
  const { filter, q } = request;
  const groups = useQuery({
    ...aggregateQuery(object.path, {
      ...groupRequest(group),
      ...(filter && { filter }),
      ...(q && { q }),
      limit: 500,
    }),
    placeholderData: keepPreviousData,
  });
  // Pages by group: those that are closed have none.
  const [opened, setOpened] = useState<Record<string, number>>(placeIn(table.name)?.groups ?? {});
  useEffect(() => notePlace(table.name, { groups: opened }), [table.name, opened]);
  const found = useMemo(() => (groups.data ? groupsIn(groups.data) : []), [groups.data]);
  const open = field ? found.filter(({ id }) => opened[id]) : [];
  const parts = useQueries({
    queries: open.map(({ id, key }) => {
      const asked = {
        ...request,
        filter: bothConditions(request.filter, field && conditionOfGroup(field, key, group.by)),
      } as ListRequest;
      const pages = opened[id] ?? 1;
      return {
        queryKey: [...recordKeys.list(object.path, asked), 'pages', pages],
        queryFn: ({ signal }: { signal: AbortSignal }) => recordsOf(object.path, asked, pages, signal),
        placeholderData: keepPreviousData,
      };
    }),
  });
  const toggle = (id: string) =>
    setOpened(({ [id]: pages, ...others }) => (pages ? others : { ...others, [id]: 1 }));
  const more = (id: string) => setOpened((current) => ({ ...current, [id]: (current[id] ?? 1) + 1 }));
  if (groups.isError && !groups.data)
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('groupsFailed')}
        text={problemText(groups.error)}
      >
        <Button size="xs" onClick={() => void groups.refetch()}>
          {t('records:retry')}
        </Button>
      </StateMessage>
    );
  const items = found.flatMap((each): TableItem[] => {
    const part = parts[open.indexOf(each)];
    const isOpen = Boolean(opened[each.id]);
    const head: TableItem = {
      key: `group ${each.id}`,
      content: (
        <GroupHead
          object={object}
          group={group}
          each={each}
          currency={groups.data?.currency}
          isOpen={isOpen}
          onToggle={() => toggle(each.id)}
        />
      ),
    };
    if (!isOpen || !part) return [head];
    const rest: TableItem[] = part.isPending
      ? [{ key: `wait ${each.id}`, content: <Loader size="xs" aria-label={t('records:list.loadingMore')} /> }]
      : part.isError
        ? [{ key: `error ${each.id}`, content: <span role="alert">{problemText(part.error)}</span> }]
        : part.data?.hasMore
          ? [
              {
                key: `more ${each.id}`,
                content: (
                  <Button size="compact-xs" variant="subtle" onClick={() => more(each.id)}>
                    {t('moreRecords')}
                  </Button>
                ),
              },
            ]
          : [];
    return [head, ...(part.data?.data ?? []).map((record) => ({ record })), ...rest];
  });
  return (
    <RecordTable
      {...table}
      rows={parts.flatMap(({ data }) => data?.data ?? [])}
      items={
        groups.data?.hasMore
          ? [...items, { key: 'too many', content: <span>{t('tooManyGroups')}</span> }]
          : items
      }
      isPending={groups.isPending}
      isFetchingMore={false}
      hasMore={false}
      onMore={() => undefined}
    />
  );
}

interface GroupHeadProps {
  object: ObjectDescription;
  group: ViewGroup;
  each: Part;
  currency: string | undefined;
  isOpen: boolean;
  onToggle: () => void;
}

function GroupHead({ object, group, each, currency, isOpen, onToggle }: GroupHeadProps) {
  const { t, i18n } = useTranslation('views');
  const formats = useFormats();
  const field = fieldOf(object, group.field);
  const words = {
    formats,
    locale: i18n.language,
    yes: t('records:value.yes'),
    no: t('records:value.no'),
  };
  const label = (field && labelOfKey(field, each.key, group.by, words)) ?? t('noValue');
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Group gap={8} wrap="nowrap">
      <ActionIcon
        size={22}
        aria-expanded={isOpen}
        aria-label={t(isOpen ? 'closeGroup' : 'openGroup', { group: label })}
        onClick={onToggle}
      >
        <Chevron size={15} />
      </ActionIcon>
      <strong>{label}</strong>
      <Text span inherit c="dimmed" className="pl-num">
        {t('records', { count: each.count })}
      </Text>
      {group.totals?.map((total, index) => {
        const measured = fieldOf(object, total.field);
        return (
          <Text span inherit c="dimmed" className="pl-num" key={`${total.fn} ${total.field}`}>
            {t(`totalOf.${total.fn}`, { field: measured?.label ?? total.field })}
            {': '}
            <b>{totalText(total, measured, each.totals[index] ?? null, formats, currency)}</b>
          </Text>
        );
      })}
    </Group>
  );
}

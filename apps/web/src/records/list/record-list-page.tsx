import { Button, Group, Pill, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconFilter, IconSearch } from '@tabler/icons-react';
import { Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listActionsFor } from '@/app/features';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { SearchInput } from '@/lib/forms/search-input';
import { useFilterText } from '@/lib/forms/use-filter-text';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import { ConditionText } from '../filters/condition-text';
import { topConditions, withoutTop } from '../filters/filter-model';
import type { ListRequest } from '../api/list-records';
import { useRecordForm } from '../form/record-form-context';
import { CreateButton } from '../access/create-button';
import { mayCreate, mayUpdate, type ObjectDescription, recordName } from '../object-description';
import { colorOf, iconOf } from '../object-presentation';
import { ViewBar } from '../views/view-bar';
import { UNCHANGED } from '../views/view-model';
import { PeekOrderProvider } from '../peek/peek-order';
import {
  BulkBar,
  ColouredTable,
  ColumnChooser,
  EditToggle,
  EditableTable,
  FilterPopover,
  GroupedTable,
  MissingView,
  RecordBoard,
  RecordCalendar,
  RecordCards,
  RecordPeek,
  RecordTable,
  ViewNotes,
  ViewOptions,
  WithheldCriterion,
} from './list-parts';
import { listName, noteList } from './list-place';
import classes from './record-list-page.module.css';
import type { RecordTableProps } from './record-table';
import { useList } from './use-list';

/** What selects all records of a list. */
const allOf = ({ filter, q }: ListRequest) =>
  filter || q ? { ...(filter && { filter }), ...(q && { q }) } : { all: true as const };

/** The list of any object: views, search, filter, columns, virtual rows, bulk actions. */
export function RecordListPage({ object }: { object: ObjectDescription }) {
  return (
    <PeekOrderProvider>
      <ListPage object={object} />
    </PeekOrderProvider>
  );
}

function ListPage({ object }: { object: ObjectDescription }) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const forms = useRecordForm();
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const list = useList(object);
  const { search, setSearch, setContent, query, rows, content, view, kind } = list;
  const { filter, group, colours } = content;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const names = useRef(new Map<string, string>());
  for (const row of rows) if (selected.has(row.id)) names.current.set(row.id, recordName(object, row));
  // Stays mounted once shown, because its undo outlives the selection.
  const hasSelected = useRef(false);
  hasSelected.current ||= selected.size > 0;
  const [isFilterOpen, setFilterOpen] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const searchBox = useRef<HTMLInputElement>(null);
  const { fetchNextPage } = query;
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const create = () => forms.openCreate(object);

  useShortcuts({
    n: () => mayCreate(object) && create(),
    '/': () => searchBox.current?.focus(),
    f: () => setFilterOpen(true),
    escape: () => setSelected(new Set()),
  });

  const onPeek = (peek: string | undefined) => setSearch({ peek });
  const pages = {
    rows,
    isPending: query.isPending,
    isFetchingMore: query.isFetchingNextPage,
    hasMore: query.hasNextPage,
    onMore,
  };
  const name = listName(object.path, search);
  const table: Omit<RecordTableProps, keyof typeof pages> = {
    object,
    name,
    columns: list.columns,
    sort: list.sort,
    onSort: list.toggleSort,
    onColumns: list.setColumns,
    rowHeight: content.rowHeight,
    selected,
    onSelect: setSelected,
    onPeek,
  };
  // A group's rows aren't those of the list.
  const Table = isEditing && !group ? EditableTable : RecordTable;
  const Icon = iconOf(object);
  const count = list.count;
  const countText = count
    ? `${formats.number(count.value)}${count.capped ? '+' : ''}`
    : query.isSuccess && !query.hasNextPage
      ? formats.number(rows.length)
      : '';
  const clearAll = () => setSearch({ ...UNCHANGED, q: undefined, view: undefined });
  useEffect(() => noteList(object.path, search), [object.path, search]);
  const setFilter = (next: typeof filter) => setContent({ filter: next });

  return (
    <section className={classes['page']} aria-labelledby="list-title">
      <header className={classes['header']}>
        <PageTitle
          id="list-title"
          title={object.pluralLabel}
          icon={<Icon size={18} aria-hidden color={colorOf(object) ?? 'currentColor'} />}
        >
          <span className={classes['count']} aria-live="polite" title={t('list.count')}>
            {countText}
          </span>
        </PageTitle>
        <Group gap="xs" wrap="nowrap">
          {/* A narrow screen has no room for them; its menu has the same pages. */}
          {isNarrow
            ? null
            : listActionsFor(object).map((Action) => <Action key={Action.name} object={object} />)}
          <CreateButton
            objects={[object]}
            label={isNarrow ? t('list.newShort') : t('list.new', { object: object.label })}
            onClick={create}
          />
        </Group>
      </header>
      <div className={classes['toolbar']}>
        <ViewBar object={object} state={list} />
        <div className={classes['tools']}>
          <SearchBox
            key={object.key}
            inputRef={searchBox}
            value={search.q ?? ''}
            label={t('list.search', { objects: object.pluralLabel })}
            onChange={(q) => setSearch({ q: q || undefined })}
          />
          <Suspense
            fallback={
              <Button variant="default" size="xs" leftSection={<IconFilter size={15} />} disabled aria-busy>
                {t('list.filter')}
              </Button>
            }
          >
            <FilterPopover
              object={object}
              filter={filter}
              isOpen={isFilterOpen}
              onToggle={setFilterOpen}
              onChange={setFilter}
            />
          </Suspense>
          {isNarrow || kind !== 'list' ? null : (
            <Suspense
              fallback={
                <Button
                  variant="default"
                  size="xs"
                  disabled
                  w={96}
                  aria-busy
                  aria-label={t('list.columns')}
                />
              }
            >
              <ColumnChooser object={object} columns={list.columns} onChange={list.setColumns} />
            </Suspense>
          )}
          {isNarrow || kind !== 'list' || group || !mayUpdate(object) ? null : (
            <Suspense
              fallback={<Button variant="default" size="xs" disabled w={108} aria-busy aria-hidden />}
            >
              <EditToggle isOn={isEditing} onChange={setEditing} />
            </Suspense>
          )}
          <Suspense fallback={<Button variant="default" size="xs" disabled w={96} aria-busy aria-hidden />}>
            <ViewOptions object={object} state={list} />
          </Suspense>
        </div>
      </div>
      {filter ? (
        <div className={classes['chips']}>
          {topConditions(filter).map((condition, index) => (
            <Pill
              key={JSON.stringify(condition)}
              withRemoveButton
              className={classes['chip']}
              removeButtonProps={{ 'aria-label': t('filter.remove'), 'aria-hidden': undefined, tabIndex: 0 }}
              onRemove={() => setFilter(withoutTop(filter, index))}
            >
              <ConditionText object={object} condition={condition} />
            </Pill>
          ))}
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setFilter(undefined)}>
            {t('filter.clear')}
          </Button>
        </div>
      ) : null}
      {view && (view.notes.withheld.length > 0 || view.notes.gone.length > 0) ? (
        <Suspense fallback={null}>
          <ViewNotes object={object} view={view} />
        </Suspense>
      ) : null}
      {list.recalculating ? (
        <Text className={classes['note']} size="xs" c="dimmed" role="status">
          {t('list.recalculating', list.recalculating)}
        </Text>
      ) : null}
      <div className={classes['content']}>
        {list.isViewMissing ? (
          <Suspense fallback={null}>
            <MissingView onAll={clearAll} />
          </Suspense>
        ) : kind === 'board' && content.board ? (
          <Suspense fallback={<div aria-busy />}>
            <RecordBoard
              object={object}
              name={name}
              layout={content.board}
              request={list.request}
              onLayout={(board) => setContent({ board })}
              onPeek={onPeek}
            />
          </Suspense>
        ) : kind === 'calendar' && content.calendar ? (
          <Suspense fallback={<div aria-busy />}>
            <ColouredTable object={object} rules={colours}>
              {(colourOf) =>
                content.calendar ? (
                  <RecordCalendar
                    object={object}
                    name={name}
                    fieldKey={content.calendar.field}
                    request={list.request}
                    month={search.month}
                    onMonth={(month) => setSearch({ month })}
                    onPeek={onPeek}
                    colourOf={colourOf}
                  />
                ) : null
              }
            </ColouredTable>
          </Suspense>
        ) : query.error instanceof ApiProblem &&
          query.error.code === 'fieldNotInClear' &&
          rows.length === 0 ? (
          <Suspense fallback={null}>
            <WithheldCriterion
              object={object}
              problem={query.error}
              content={content}
              onDrop={(part) => setContent({ [part]: undefined })}
            />
          </Suspense>
        ) : query.isError && rows.length === 0 ? (
          <StateMessage
            role="alert"
            icon={<IconAlertTriangle size={20} />}
            title={t('list.failed', { objects: object.pluralLabel })}
            text={problemText(query.error)}
          >
            <Group gap="xs">
              {list.isNarrowed ? (
                <Button size="xs" variant="default" onClick={clearAll}>
                  {t('list.clearAll')}
                </Button>
              ) : null}
              <Button size="xs" onClick={() => void query.refetch()}>
                {t('retry')}
              </Button>
            </Group>
          </StateMessage>
        ) : query.isSuccess && rows.length === 0 ? (
          list.isNarrowed ? (
            <StateMessage
              icon={<IconSearch size={20} />}
              title={t('list.noMatch')}
              text={t('list.noMatchText')}
            >
              <Button size="xs" variant="default" onClick={clearAll}>
                {t('list.clearAll')}
              </Button>
            </StateMessage>
          ) : (
            <StateMessage
              icon={<Icon size={20} />}
              title={t('list.empty', { objects: object.pluralLabel })}
              text={t('list.emptyText', { object: object.label })}
            >
              <Group gap="xs">
                {listActionsFor(object).map((Action) => (
                  <Action key={Action.name} object={object} />
                ))}
                <CreateButton
                  objects={[object]}
                  label={t('list.new', { object: object.label })}
                  onClick={create}
                />
              </Group>
            </StateMessage>
          )
        ) : (
          <Suspense fallback={<div aria-busy />}>
            {isNarrow ? (
              <RecordCards
                object={object}
                name={name}
                columns={list.columns}
                rows={rows}
                isPending={query.isPending}
                isFetchingMore={query.isFetchingNextPage}
                hasMore={query.hasNextPage}
                onMore={onMore}
              />
            ) : colours || group ? (
              <ColouredTable object={object} rules={colours}>
                {(colourOf) =>
                  group ? (
                    <GroupedTable {...table} colourOf={colourOf} group={group} request={list.request} />
                  ) : (
                    <Table {...table} {...pages} colourOf={colourOf} />
                  )
                }
              </ColouredTable>
            ) : (
              <Table {...table} {...pages} />
            )}
          </Suspense>
        )}
        {search.peek ? (
          <Suspense fallback={null}>
            <RecordPeek object={object} id={search.peek} onOpen={onPeek} onClose={() => onPeek(undefined)} />
          </Suspense>
        ) : null}
        {hasSelected.current ? (
          <Suspense fallback={null}>
            <BulkBar
              object={object}
              shown={rows.flatMap(({ id }) => (selected.has(id) ? [id] : []))}
              hidden={[...selected].flatMap((id) =>
                rows.some((row) => row.id === id) ? [] : [{ id, name: names.current.get(id) ?? '' }],
              )}
              matching={
                countText && query.hasNextPage ? { request: allOf(list.request), countText } : undefined
              }
              onDeselect={(ids) =>
                setSelected((current) => new Set([...current].filter((id) => !ids.includes(id))))
              }
            />
          </Suspense>
        ) : null}
      </div>
    </section>
  );
}

function SearchBox({
  inputRef,
  value,
  label,
  onChange,
}: {
  inputRef: React.RefObject<HTMLInputElement | null>;
  value: string;
  label: string;
  onChange: (text: string) => void;
}) {
  const { text, type, clear } = useFilterText(value, onChange);
  return (
    <SearchInput
      inputRef={inputRef}
      className={classes['search']}
      label={label}
      text={text}
      onType={type}
      onClear={clear}
    />
  );
}

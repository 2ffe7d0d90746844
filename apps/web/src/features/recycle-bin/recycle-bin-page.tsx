import { Button, Checkbox, Select, Skeleton, TextInput } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconRestore, IconSearch, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { useFilterText } from '@/lib/forms/use-filter-text';
import { LoadMore } from '@/lib/load-more';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObject, useObjects } from '@/records/api/describe-objects';
import { newCause } from '@/records/api/undo';
import { followCascades } from '@/records/cascades';
import { PersonFilter } from '@/records/fields/person-filter';
import { type ObjectDescription, PEOPLE } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import parts from '@/app/shell/list-parts.module.css';
import { BIN_FILTERS, type BinEntry, type BinFilter, binQuery, restoreEntries } from './api/bin';
import classes from './recycle-bin-page.module.css';

/** Deleted records of all objects. The filters are in the URL. */
export default function RecycleBinPage() {
  const { t } = useTranslation('recycle-bin');
  useDocumentTitle(t('title'));
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const filter: BinFilter = Object.fromEntries(
    BIN_FILTERS.flatMap((name) => (search[name] ? [[name, String(search[name])]] : [])),
  );
  const setFilter = (change: { [Key in keyof BinFilter]: string | undefined }) =>
    void navigate({
      to: '.',
      search: Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value)),
      replace: true,
    } as never);
  const objects = useObjects();
  const query = useInfiniteQuery(binQuery(filter));
  const entries = query.data?.pages.flatMap((page) => page.data) ?? [];
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = entries.filter(({ record, isRestorable }) => isRestorable && chosen.has(record.id));
  const restore = useMutation({
    mutationFn: async (some: BinEntry[]) => {
      const cause = newCause();
      const pathOf = (key: string) => objects.find((object) => object.key === key)!.path;
      return { cause, ...(await restoreEntries(some, pathOf, cause)) };
    },
    onSuccess: ({ cause, done, failures, cascades }) => {
      setChosen(new Set());
      followCascades(cascades);
      if (done.length) showUndo({ message: t('restored', { count: done.length }), cause });
      if (failures.length)
        notify({
          color: 'red',
          title: t('failed', { count: failures.length }),
          message: [...new Set(failures)].slice(0, 3).join(' '),
          autoClose: 12_000,
        });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <section className={parts['page']} aria-labelledby="bin-title">
      <header className={parts['header']}>
        <PageTitle id="bin-title" title={t('title')} icon={<IconTrash size={18} aria-hidden />} />
        <Button
          size="xs"
          leftSection={<IconRestore size={15} />}
          disabled={!selected.length}
          loading={restore.isPending && restore.variables.length > 1}
          onClick={() => restore.mutate(selected)}
        >
          {selected.length ? t('restoreSelected', { count: selected.length }) : t('restore')}
        </Button>
      </header>
      <BinFilters filter={filter} objects={objects} onChange={setFilter} />
      {query.isPending ? (
        <div role="status" aria-label={t('loading')}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={52} radius="md" mb={8} />
          ))}
        </div>
      ) : query.isError && entries.length === 0 ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('loadFailed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : entries.length === 0 ? (
        <StateMessage
          icon={<IconTrash size={20} />}
          title={t(isFiltered ? 'noMatch' : 'empty')}
          text={t(isFiltered ? 'noMatchText' : 'emptyText')}
        >
          {isFiltered ? (
            <Button
              size="xs"
              variant="default"
              onClick={() => setFilter({ object: undefined, by: undefined, q: undefined })}
            >
              {t('clearFilters')}
            </Button>
          ) : null}
        </StateMessage>
      ) : (
        <ul className={parts['rows']}>
          {entries.map((entry) => (
            <BinRow
              key={entry.record.id}
              entry={entry}
              objects={objects}
              isChosen={chosen.has(entry.record.id)}
              onChoose={(isChosen) => choose(entry.record.id, isChosen)}
              isRestoring={
                restore.isPending && restore.variables.some(({ record }) => record.id === entry.record.id)
              }
              onRestore={() => restore.mutate([entry])}
            />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('more')} />
    </section>
  );
}

function BinRow({
  entry: { object: key, record, deletedAt, deletedBy, with: along, isRestorable },
  objects,
  isChosen,
  onChoose,
  isRestoring,
  onRestore,
}: {
  entry: BinEntry;
  objects: ObjectDescription[];
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
  isRestoring: boolean;
  onRestore: () => void;
}) {
  const { t } = useTranslation('recycle-bin');
  const formats = useFormats();
  const describedBy = (of: string) => objects.find((object) => object.key === of);
  const object = describedBy(key);
  const name = record.name ?? `…${record.id.slice(-6)}`;
  const went = along.map(
    ({ object: of, count }) =>
      `${formats.number(count)} ${(count === 1 ? describedBy(of)?.label : describedBy(of)?.pluralLabel) ?? of}`,
  );
  return (
    <li className={classes['row']}>
      <Checkbox
        size="xs"
        aria-label={t('choose', { name })}
        checked={isChosen && isRestorable}
        disabled={!isRestorable}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <span className={parts['what']}>
        <span className={parts['name']}>{name}</span>
        <span className={parts['meta']}>
          {[object?.label ?? key, went.length ? t('with', { what: went.join(', ') }) : undefined]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <span className={classes['when']}>
        <time dateTime={deletedAt} title={formats.dateTime(deletedAt)}>
          {formats.ago(deletedAt)}
        </time>
        {deletedBy.name ? <span>{deletedBy.name}</span> : null}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        disabled={!isRestorable}
        title={isRestorable ? undefined : t('notRestorable')}
        loading={isRestoring}
        aria-label={t('restoreNamed', { name })}
        onClick={onRestore}
      >
        {t('restore')}
      </Button>
    </li>
  );
}

function BinFilters({
  filter,
  objects,
  onChange,
}: {
  filter: BinFilter;
  objects: ObjectDescription[];
  onChange: (change: { [Key in keyof BinFilter]: string | undefined }) => void;
}) {
  const { t } = useTranslation('recycle-bin');
  const { text, type } = useFilterText(filter.q ?? '', (q) => onChange({ q: q || undefined }));
  const member = useObject(PEOPLE);
  return (
    <fieldset className={classes['filters']} aria-label={t('filters')}>
      <TextInput
        size="xs"
        label={t('search')}
        placeholder={t('searchPlaceholder')}
        leftSection={<IconSearch size={14} aria-hidden />}
        autoComplete="off"
        maxLength={200}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Select
        size="xs"
        label={t('object')}
        placeholder={t('any')}
        searchable
        clearable
        data={objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))}
        value={filter.object ?? null}
        onChange={(object) => onChange({ object: object ?? undefined })}
      />
      {member ? (
        <PersonFilter
          label={t('by')}
          placeholder={t('any')}
          member={member}
          id={filter.by}
          onChange={(by) => onChange({ by })}
        />
      ) : null}
    </fieldset>
  );
}

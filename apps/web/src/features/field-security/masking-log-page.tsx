import { Anchor, Button, NativeSelect, Skeleton, Text, TextInput } from '@mantine/core';
import { Initials, StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconEyeSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { LoadMore } from '@/lib/load-more';
import { useFormats } from '@/lib/format/formats';
import { useFilterText } from '@/lib/forms/use-filter-text';
import { problemText } from '@/lib/problem-text';
import { labelFromKey } from '@/records/access/field-visibility';
import { useObjects } from '@/records/api/describe-objects';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { fieldOf, type ObjectDescription, PEOPLE } from '@/records/object-description';
import { LOG_FILTERS, type LogEntry, type LogFilter, logQuery } from './api/field-security';
import classes from './masking-log-page.module.css';

const DateTimeField = lazy(() => import('@/records/fields/date-time-field'));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who viewed which personal fields of which records, newest first. The filters are in the URL. */
export default function MaskingLogPage() {
  const { t } = useTranslation('field-security');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const filter: LogFilter = Object.fromEntries(
    LOG_FILTERS.flatMap((name) => (search[name] ? [[name, String(search[name])]] : [])),
  );
  const setFilter = (next: LogFilter) =>
    void navigate({
      to: '.',
      search: Object.fromEntries(Object.entries(next).filter(([, value]) => value)),
      replace: true,
    } as never);
  const query = useInfiniteQuery(logQuery(filter));
  const entries = query.data?.pages.flatMap((page) => page.data) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <SettingsLayout part="masking-log">
      <Text size="sm" c="dimmed" mb="sm" maw={720}>
        {t('log.intro')}
      </Text>
      <Filters filter={filter} onChange={setFilter} />
      {query.isPending ? (
        <Skeleton height={240} radius="md" role="status" aria-label={t('loading')} />
      ) : query.isError && entries.length === 0 ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : entries.length === 0 ? (
        <StateMessage
          icon={<IconEyeSearch size={20} />}
          title={t(isFiltered ? 'log.noMatch' : 'log.empty')}
          text={t(isFiltered ? 'log.noMatchText' : 'log.emptyText')}
        >
          {isFiltered ? (
            <Button size="xs" variant="default" onClick={() => setFilter({})}>
              {t('log.clear')}
            </Button>
          ) : null}
        </StateMessage>
      ) : (
        <ul className={classes['rows']} aria-label={t('entries:field-security.log.title')}>
          {entries.map((entry) => (
            <LogRow key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('log.more')} />
    </SettingsLayout>
  );
}

interface FiltersProps {
  filter: LogFilter;
  onChange: (filter: LogFilter) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const { t } = useTranslation('field-security');
  const objects = useObjects();
  const member = objects.find(({ key }) => key === PEOPLE);
  const object = objects.find(({ key }) => key === filter.object);
  const set = (change: LogFilter) => onChange({ ...filter, ...change });
  const any = { value: '', label: t('log.any') };
  return (
    <fieldset className={`pl-form-row ${classes['filters']}`} aria-label={t('log.filters')}>
      <NativeSelect
        size="xs"
        label={t('log.object')}
        value={filter.object ?? ''}
        data={[any, ...objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))]}
        onChange={(event) => set({ object: event.currentTarget.value, field: '' })}
      />
      <NativeSelect
        size="xs"
        label={t('log.field')}
        disabled={!object}
        value={filter.field ?? ''}
        data={[
          any,
          ...(object?.fields ?? [])
            .filter(({ isAdded, isSystem }) => !isAdded && !isSystem)
            .map(({ key, label }) => ({ value: key, label })),
        ]}
        onChange={(event) => set({ field: event.currentTarget.value })}
      />
      {member ? (
        <PersonFilter member={member} id={filter.actor} onChange={(actor) => set({ actor })} />
      ) : null}
      <RecordFilter value={filter.record} onChange={(record) => set({ record })} />
      <Suspense fallback={null}>
        <DateTimeField
          size="xs"
          label={t('log.from')}
          placeholder={t('log.any')}
          isRequired={false}
          value={filter.from ?? null}
          onChange={(from) => set({ from: from ?? '' })}
        />
        <DateTimeField
          size="xs"
          label={t('log.to')}
          placeholder={t('log.any')}
          isRequired={false}
          value={filter.to ?? null}
          onChange={(to) => set({ to: to ?? '' })}
        />
      </Suspense>
    </fieldset>
  );
}

function PersonFilter({
  member,
  id,
  onChange,
}: {
  member: ObjectDescription;
  id: string | undefined;
  onChange: (id: string) => void;
}) {
  const { t } = useTranslation('field-security');
  const [name, setName] = useState('');
  return (
    <ReferencePicker
      size="xs"
      object={member}
      label={t('log.person')}
      placeholder={t('log.any')}
      canCreate={false}
      people="all"
      value={id ? { id, name: name || id } : null}
      onChange={(value) => {
        setName(value?.name ?? '');
        onChange(value?.id ?? '');
      }}
    />
  );
}

/** Input for an ID. Reports an invalid one instead of filtering by it. */
function RecordFilter({ value, onChange }: { value: string | undefined; onChange: (id: string) => void }) {
  const { t } = useTranslation('field-security');
  const accepts = (next: string) => next === '' || UUID.test(next);
  const { text, type } = useFilterText(value ?? '', onChange, { delay: 350, accepts });
  return (
    <TextInput
      size="xs"
      label={t('log.record')}
      placeholder={t('log.any')}
      autoComplete="off"
      spellCheck={false}
      maxLength={64}
      value={text}
      error={!accepts(text.trim()) ? t('log.noId') : undefined}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

function LogRow({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation('field-security');
  const formats = useFormats();
  const object = useObjects().find(({ key }) => key === entry.object);
  const labels = (keys: string[]) =>
    keys.map((key) => (object && fieldOf(object, key)?.label) ?? labelFromKey(key)).join(', ');
  const who = entry.subject.name ?? t(`log.subjects.${entry.subject.kind}`);
  const more = entry.recordIds.length - entry.records.length;
  return (
    <li className={classes['row']}>
      <Initials name={who} size={24} isRound />
      <div className={classes['what']}>
        <div className={classes['line']}>
          <span className={classes['who']}>{who}</span>{' '}
          <span className={classes['quiet']}>
            {t('log.saw', {
              count: entry.recordIds.length,
              object: object?.label ?? entry.object,
              objects: object?.pluralLabel ?? entry.object,
            })}
          </span>{' '}
          {entry.records.map(({ id, name }, index) => (
            <span key={id}>
              {index > 0 ? ', ' : ''}
              {name && object ? (
                <Anchor component={Link} to={`${object.path}/${id}`} inherit>
                  {name}
                </Anchor>
              ) : (
                <span className={classes['quiet']}>…{id.slice(-6)}</span>
              )}
            </span>
          ))}
          {more > 0 ? (
            <span className={classes['quiet']}> {t('log.moreRecords', { count: more })}</span>
          ) : null}
        </div>
        {entry.clearFields.length ? (
          <div className={classes['fields']}>
            <span className={classes['tag']} data-clear>
              {t('log.clear_fields')}
            </span>
            {labels(entry.clearFields)}
          </div>
        ) : null}
        {entry.maskedFields.length ? (
          <div className={classes['fields']}>
            <span className={classes['tag']}>{t('log.masked_fields')}</span>
            {labels(entry.maskedFields)}
          </div>
        ) : null}
      </div>
      <time className={classes['time']} dateTime={entry.at} title={formats.dateTime(entry.at)}>
        {formats.ago(entry.at)}
      </time>
    </li>
  );
}

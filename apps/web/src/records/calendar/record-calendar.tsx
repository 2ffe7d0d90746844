import { ActionIcon, Box, Button, Group, Loader, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { FIELD_TYPES } from '@pellucid/conditions';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCalendar, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Popover } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import type { ListRequest } from '../api/list-records';
import { recordKeys } from '../api/record-keys';
import { bothConditions } from '../filters/filter-model';
import { fieldValueOf } from '../fields/field-place';
import { fieldOf, type ObjectDescription, type RecordData, recordName } from '../object-description';
import { useScrollPlace } from '../list/use-scroll-place';
import { useShownRecords } from '../peek/peek-order';
import { dayAfter, monthAfter, weeksOf } from './month';
import { recordsInRange } from './records-in-range';

interface RecordCalendarProps {
  object: ObjectDescription;
  /** See `listName`. */
  name: string;
  /** Key of the date or time that records stand at. */
  fieldKey: string;
  request: ListRequest;
  /** "2026-03"; the present month if left out. */
  month: string | undefined;
  onMonth: (month: string | undefined) => void;
  onPeek: (id: string) => void;
  colourOf?: ((record: RecordData) => string | undefined) | undefined;
}

/** Records of a day that are shown at once. */
const SHOWN = 4;
/** Most records of a month's page. */
const MOST = 1_000;

const PAPER: CSSProperties = {
  flex: 1,
  minHeight: 0,
  overflowY: 'auto',
  border: '1px solid var(--pl-line)',
  borderRadius: 10,
  background: 'var(--pl-surface)',
};
const GRID: CSSProperties = {
  display: 'grid',
  gridTemplateRows: 'auto',
  gridTemplateColumns: 'repeat(7, minmax(0, 1fr))',
  gridAutoRows: 'minmax(104px, 1fr)',
};
const DAY: CSSProperties = {
  display: 'flex',
  flexDirection: 'column',
  gap: 2,
  minWidth: 0,
  padding: 4,
  borderTop: '1px solid var(--pl-line)',
};
const NUMBER: CSSProperties = {
  alignSelf: 'flex-start',
  padding: '0 5px',
  borderRadius: 999,
  color: 'var(--pl-text-2)',
  fontSize: '0.75rem',
};
const TODAY: CSSProperties = { background: 'var(--pl-accent)', color: 'var(--pl-surface)' };
const ENTRY: CSSProperties = {
  width: '100%',
  padding: '1px 6px',
  borderLeft: '3px solid',
  borderRadius: 5,
  background: 'var(--pl-accent-soft)',
  fontSize: '0.75rem',
};

/** A month with the records that stand at its days. */
export default function RecordCalendar(props: RecordCalendarProps) {
  const { object, fieldKey, request, onMonth, onPeek, colourOf } = props;
  const { t, i18n } = useTranslation('views');
  const formats = useFormats();
  const { settings } = useMe();
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const today = formats.today();
  const month = props.month ?? today.slice(0, 7);
  const weeks = weeksOf(month, settings.weekStart);
  const days = weeks.flat();
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const field = fieldOf(object, fieldKey);
  const asked: ListRequest = {
    ...request,
    sort: fieldKey,
    filter: bothConditions(request.filter, {
      all: [
        { field: fieldKey, op: 'gte', value: first },
        { field: fieldKey, op: 'lt', value: dayAfter(last) },
      ],
    }) as NonNullable<ListRequest['filter']>,
  };
  const query = useQuery({
    queryKey: [...recordKeys.list(object.path, asked), 'month'],
    queryFn: ({ signal }) => recordsInRange(object.path, asked, MOST, signal),
    placeholderData: keepPreviousData,
    enabled: field !== undefined,
  });
  useShownRecords('month', 0, query.data?.data ?? []);
  const scroller = useScrollPlace(`${props.name} calendar`, query.data !== undefined);
  const isTime = field && FIELD_TYPES[field.type].family === 'datetime';
  const inZone = new Intl.DateTimeFormat('en-CA', { timeZone: formats.zone });
  const byDay = new Map<string, RecordData[]>();
  for (const record of query.data?.data ?? []) {
    const value = field && fieldValueOf(record, field);
    if (typeof value !== 'string') continue;
    const day = isTime ? inZone.format(new Date(value)) : value.slice(0, 10);
    byDay.set(day, [...(byDay.get(day) ?? []), record]);
  }
  const named = (options: Intl.DateTimeFormatOptions, day: string) =>
    new Intl.DateTimeFormat(i18n.language, { ...options, timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    );
  const title = named({ month: 'long', year: 'numeric' }, `${month}-01`);
  const markOf = (record: RecordData) => {
    const colour = colourOf?.(record);
    return colour ? `var(--mantine-color-${colour}-5)` : undefined;
  };
  const entry = (record: RecordData) => (
    <UnstyledButton
      key={record.id}
      className="pl-truncate"
      style={{ ...ENTRY, borderLeftColor: markOf(record) ?? 'var(--pl-accent)' }}
      onClick={() => onPeek(record.id)}
    >
      {recordName(object, record)}
    </UnstyledButton>
  );
  const shownDays = isNarrow ? days.filter((day) => day.startsWith(month) && byDay.has(day)) : days;
  return (
    <Stack
      component="section"
      gap={10}
      flex={1}
      mih={0}
      px={20}
      pb={16}
      aria-label={t('calendar.of', { month: title })}
    >
      <Group gap="xs">
        <ActionIcon
          variant="default"
          aria-label={t('calendar.previous')}
          onClick={() => onMonth(monthAfter(month, -1))}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t('calendar.next')}
          onClick={() => onMonth(monthAfter(month, 1))}
        >
          <IconChevronRight size={16} />
        </ActionIcon>
        <Button size="compact-sm" variant="default" onClick={() => onMonth(undefined)}>
          {t('calendar.today')}
        </Button>
        <Title order={2} fz="0.9375rem" aria-live="polite">
          {title}
        </Title>
        {/* Has its place at any time, so that nothing moves when loading begins or ends. */}
        <Box w={14} h={14}>
          {query.isFetching ? <Loader size={14} aria-label={t('calendar.loading')} /> : null}
        </Box>
        {query.data?.hasMore ? (
          <Text size="xs" c="dimmed" role="status">
            {t('calendar.tooMany', { count: MOST })}
          </Text>
        ) : null}
      </Group>
      {query.isError && !query.data ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('calendar.failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('records:retry')}
          </Button>
        </StateMessage>
      ) : isNarrow && query.isSuccess && shownDays.length === 0 ? (
        <StateMessage icon={<IconCalendar size={20} />} title={t('calendar.empty')} />
      ) : (
        <div ref={scroller} style={isNarrow ? PAPER : { ...PAPER, ...GRID }}>
          {isNarrow
            ? null
            : weeks[0]?.map((day) => (
                <Text key={day} fz="xs" c="dimmed" px={8} py={6}>
                  {named({ weekday: 'short' }, day)}
                </Text>
              ))}
          {shownDays.map((day) => {
            const records = byDay.get(day) ?? [];
            const most = isNarrow ? records.length : SHOWN;
            return (
              <section
                key={day}
                style={day.startsWith(month) ? DAY : { ...DAY, background: 'var(--pl-canvas)' }}
                aria-label={named({ dateStyle: 'full' }, day)}
              >
                <span
                  style={day === today ? { ...NUMBER, ...TODAY } : NUMBER}
                  aria-current={day === today ? 'date' : undefined}
                >
                  {isNarrow
                    ? named({ weekday: 'short', day: 'numeric', month: 'short' }, day)
                    : Number(day.slice(8))}
                </span>
                {records.slice(0, most).map(entry)}
                {records.length > most ? (
                  <MoreOfDay
                    label={t('calendar.more', { count: records.length - most })}
                    title={named({ dateStyle: 'full' }, day)}
                  >
                    {records.map(entry)}
                  </MoreOfDay>
                ) : null}
              </section>
            );
          })}
        </div>
      )}
    </Stack>
  );
}

function MoreOfDay({ label, title, children }: { label: string; title: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover isDirty={false} opened={isOpen} onChange={setOpen} isToggled trapFocus>
      <Popover.Target>
        <UnstyledButton px={6} fz="xs" c="dimmed">
          {label}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={title} mah={320} style={{ overflowY: 'auto' }} w={240}>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}

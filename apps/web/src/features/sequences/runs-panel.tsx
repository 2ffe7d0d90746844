import { Badge, Button, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconTimeline } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { LoadMore } from '@/lib/load-more';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useRights } from '@/records/access/use-rights';
import { useObject, useObjects } from '@/records/api/describe-objects';
import { infiniteListQuery } from '@/records/api/list-records';
import { newCause } from '@/records/api/undo';
import { updateRecord } from '@/records/api/write-record';
import {
  fieldOf,
  isReference,
  mayCreate,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { openStepsQuery } from './api/runs';
import StartDialog from './start-dialog';
import classes from './sequences.module.css';

const KINDS = ['task', 'call', 'meeting'];

/** The sequences that run or ran for a record: at which step each is, what is next, and who started it. */
export default function RunsPanel(props: { object: ObjectDescription; record: RecordData }) {
  const run = useObject('sequenceRun');
  return run ? <Runs {...props} run={run} /> : null;
}

function Runs({
  object,
  record,
  run,
}: {
  object: ObjectDescription;
  record: RecordData;
  run: ObjectDescription;
}) {
  const { t } = useTranslation('sequences');
  const [isStarting, setStarting] = useState(false);
  const kinds = useObjects().filter(
    (each) =>
      KINDS.includes(each.key) && ['about', 'status', 'sequenceRun'].every((key) => fieldOf(each, key)),
  );
  const query = useInfiniteQuery(
    infiniteListQuery(run, {
      filter: { field: 'about', op: 'contains', value: { object: object.key, id: record.id } },
      sort: '-createdAt',
      limit: 20,
    }),
  );
  const open = useQuery(openStepsQuery(kinds, object.key, record.id));
  if (query.isPending) return <Skeleton height={160} radius="md" aria-label={t('loading')} />;
  if (query.isError && !query.data)
    return (
      <StateMessage
        role="alert"
        icon={<IconTimeline size={20} />}
        title={t('failed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  const start = mayCreate(run) ? (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconTimeline size={15} />}
      onClick={() => setStarting(true)}
    >
      {t('start')}
    </Button>
  ) : null;
  const runs = query.data.pages.flatMap((page) => page.data);
  const dialog = isStarting ? (
    <StartDialog
      object={object}
      ids={[record.id]}
      onDone={() => undefined}
      onClose={() => setStarting(false)}
    />
  ) : null;
  if (!runs.length)
    return (
      <>
        <StateMessage icon={<IconTimeline size={20} />} title={t('none')} text={t('noneText')}>
          {start}
        </StateMessage>
        {dialog}
      </>
    );
  return (
    <div className={classes['panel']}>
      {start ? <div>{start}</div> : null}
      <ul className={classes['runs']} aria-label={run.pluralLabel}>
        {runs.map((each) => {
          const next = open.data?.find((one) => {
            const of = one.record['sequenceRun'];
            return isReference(of) && of.id === each.id;
          });
          return (
            <li key={each.id}>
              <RunCard object={run} run={each} next={next} />
            </li>
          );
        })}
      </ul>
      <LoadMore query={query} label={t('more')} />
      {dialog}
    </div>
  );
}

const COLORS: Record<string, string> = { Active: 'blue', Finished: 'green', Stopped: 'gray' };

function RunCard({
  object,
  run,
  next,
}: {
  object: ObjectDescription;
  run: RecordData;
  next: { kind: ObjectDescription; record: RecordData } | undefined;
}) {
  const { t } = useTranslation('sequences');
  const formats = useFormats();
  const rights = useRights(object, run);
  const state = run['state'] as string | undefined;
  const label = (key: string) =>
    fieldOf(object, key)?.options?.find(({ value }) => value === run[key])?.label;
  const stop = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      await updateRecord(object.path, run.id, { state: 'Stopped' }, run.version, cause);
      return cause;
    },
    onSuccess: (cause) => showUndo({ message: t('stopped', { name: recordName(object, run) }), cause }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const [step, total] = String(run['step']).split('/');
  const owner = run['owner'];
  const at = next?.record['happensAt'];
  const facts = [
    typeof run['step'] === 'string' ? t('progress', { step, total }) : '',
    isReference(owner) ? t('startedBy', { name: owner.name }) : '',
    label('stopReason') ?? '',
  ].filter(Boolean);
  return (
    <article className={`pl-card ${classes['run']}`}>
      <div className={classes['what']}>
        <span className={classes['head']}>
          <Link to={`${object.path}/${run.id}`} className={classes['name']}>
            {recordName(object, run)}
          </Link>
          {state ? (
            <Badge size="sm" variant="light" color={COLORS[state] ?? 'gray'}>
              {label('state')}
            </Badge>
          ) : null}
        </span>
        <Text size="xs" c="dimmed">
          {facts.join(' · ')}
        </Text>
        {next ? (
          <Text size="sm">
            {t('next')}{' '}
            <Link to={`${next.kind.path}/${next.record.id}`}>{recordName(next.kind, next.record)}</Link>
            {typeof at === 'string' ? `, ${at.length > 10 ? formats.dateTime(at) : formats.date(at)}` : ''}
          </Text>
        ) : null}
      </div>
      {state === 'Active' && rights.may('update') === 'yes' ? (
        <Button
          size="xs"
          variant="default"
          loading={stop.isPending}
          aria-label={t('stopNamed', { name: recordName(object, run) })}
          onClick={() => stop.mutate()}
        >
          {t('stop')}
        </Button>
      ) : null}
    </article>
  );
}

import { Badge, Button, Group, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCircleCheck, IconLock } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { useFormats } from '@/lib/format/formats';
import { LoadMore } from '@/lib/load-more';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useObject } from '@/records/api/describe-objects';
import { recordQuery } from '@/records/api/get-record';
import { PEOPLE, recordName } from '@/records/object-description';
import { dismiss, sendAgain, type UndeliveredMessage, undeliveredQuery } from './api/undelivered';
import classes from './undelivered.module.css';

/** Messages that failed, and those of which it is unknown whether they left: a person decides about each. */
export default function UndeliveredPage() {
  const { t } = useTranslation('undelivered');
  const { permissions } = useMe();
  return (
    <SettingsLayout part="undelivered">
      {mayUse(permissions, 'manageJobs') ? (
        <UndeliveredMessages />
      ) : (
        <StateMessage
          icon={<IconLock size={20} />}
          title={t('entries:undelivered.title')}
          text={t('notAllowed')}
        />
      )}
    </SettingsLayout>
  );
}

function UndeliveredMessages() {
  const { t } = useTranslation('undelivered');
  const query = useInfiniteQuery(undeliveredQuery);
  const messages = query.data?.pages.flatMap((page) => page.data) ?? [];
  if (query.isPending) return <Skeleton height={180} radius="md" role="status" aria-label={t('loading')} />;
  if (query.isError && messages.length === 0)
    return (
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
    );
  if (messages.length === 0)
    return <StateMessage icon={<IconCircleCheck size={20} />} title={t('empty')} text={t('emptyText')} />;
  return (
    <section aria-label={t('entries:undelivered.title')}>
      <Text size="sm" c="dimmed" mb="sm">
        {t('intro')}
      </Text>
      <ul className={parts['rows']}>
        {messages.map((message) => (
          <MessageRow key={message.id} message={message} />
        ))}
      </ul>
      <LoadMore query={query} label={t('more')} />
    </section>
  );
}

function MessageRow({ message }: { message: UndeliveredMessage }) {
  const { t, i18n } = useTranslation('undelivered');
  const formats = useFormats();
  const key = `kinds.${message.kind.replace('.', '_')}`;
  const name = i18n.exists(`undelivered:${key}`) ? t(key) : message.kind;
  const decide = (mutationFn: () => Promise<void>, done: string) => ({
    mutationFn,
    onSuccess: () => notify({ message: t(done, { name }) }),
    onError: (error: unknown) => notify({ color: 'red', message: problemText(error) }),
  });
  const send = useMutation(decide(() => sendAgain(message.id), 'sentAgain'));
  const drop = useMutation(decide(() => dismiss(message.id), 'dismissed'));
  const notMade = /^notMade: (.*)/.exec(message.reason);
  const why =
    message.state === 'unknown'
      ? t('why.unknown')
      : notMade
        ? t('why.notMade', { reason: notMade[1] })
        : t('why.failed', { reason: message.reason });
  return (
    <li className={classes['row']}>
      <span className={parts['what']}>
        <span className={parts['name']}>
          {name}
          {message.recipientId ? <Recipient id={message.recipientId} /> : null}
        </span>
        <span className={classes['why']}>
          {why}
          {' · '}
          <time dateTime={message.endedAt} title={formats.dateTime(message.endedAt)}>
            {formats.ago(message.endedAt)}
          </time>
        </span>
      </span>
      <Badge variant="dot" color={message.state === 'failed' ? 'red' : 'yellow'}>
        {t(`states.${message.state}`)}
      </Badge>
      <Group gap="xs" wrap="nowrap">
        <Button size="compact-xs" loading={send.isPending} onClick={() => send.mutate()}>
          {t('send')}
        </Button>
        <Button size="compact-xs" variant="default" loading={drop.isPending} onClick={() => drop.mutate()}>
          {t('dismiss')}
        </Button>
      </Group>
    </li>
  );
}

function Recipient({ id }: { id: string }) {
  const people = useObject(PEOPLE);
  const { data } = useQuery({ ...recordQuery(people?.path ?? '', id), enabled: people !== undefined });
  return people && data ? <> · {recordName(people, data)}</> : null;
}

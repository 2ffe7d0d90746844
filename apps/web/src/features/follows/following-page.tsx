import { Button, Checkbox, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconBellPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import parts from '@/app/shell/settings-parts.module.css';
import { useFormats } from '@/lib/format/formats';
import { LoadMore } from '@/lib/load-more';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '@/records/api/describe-objects';
import {
  type AutoFollow,
  autoFollowQuery,
  changeAutoFollow,
  type FollowedRecord,
  followsQuery,
} from './api/follows';
import classes from './following-page.module.css';
import { useFollow } from './use-follow';

const REASONS = ['owner', 'created', 'commented', 'mentioned'] as const;

/** What the user follows, and which records they follow by themselves. */
export default function FollowingPage() {
  return (
    <SettingsLayout part="following">
      <AutoFollowCard />
      <FollowedRecords />
    </SettingsLayout>
  );
}

/** Each choice is saved at once. */
function AutoFollowCard() {
  const { t } = useTranslation('follows');
  const query = useQuery(autoFollowQuery);
  const change = useMutation({
    mutationFn: (wish: Partial<AutoFollow>) => changeAutoFollow(wish),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <section className={classes['auto']} aria-labelledby="auto-follow">
      <h3 id="auto-follow" className={parts['heading']}>
        {t('auto.title')}
      </h3>
      <p className={classes['help']}>{t('auto.help')}</p>
      {query.isError ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        REASONS.map((reason) =>
          query.data ? (
            <Checkbox
              key={reason}
              label={t(`auto.${reason}`)}
              checked={query.data[reason]}
              onChange={(event) => change.mutate({ [reason]: event.currentTarget.checked })}
            />
          ) : (
            <Skeleton key={reason} height={20} width={280} />
          ),
        )
      )}
    </section>
  );
}

function FollowedRecords() {
  const { t } = useTranslation('follows');
  const query = useInfiniteQuery(followsQuery);
  const records = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section aria-labelledby="followed-records">
      <div className={parts['head']}>
        <h3 id="followed-records" className={parts['heading']}>
          {t('list.title')}
        </h3>
      </div>
      {query.isPending ? (
        <Skeleton height={150} radius="md" role="status" aria-label={t('list.loading')} />
      ) : query.isError && !records.length ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : records.length === 0 ? (
        <StateMessage icon={<IconBellPlus size={20} />} title={t('list.empty')} text={t('list.emptyText')} />
      ) : (
        <ul className={parts['rows']}>
          {records.map((followed) => (
            <FollowedRow key={followed.record.id} followed={followed} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('list.more')} />
    </section>
  );
}

function FollowedRow({ followed: { object: key, record, reason, since } }: { followed: FollowedRecord }) {
  const { t } = useTranslation('follows');
  const formats = useFormats();
  const follow = useFollow();
  const object = useObjects().find((each) => each.key === key);
  const name = record.name || object?.label || t('list.unnamed');
  return (
    <li className={`${parts['row']} ${classes['row']}`}>
      <span className={classes['text']}>
        {object ? <Link to={`${object.path}/${record.id}` as string}>{name}</Link> : name}
        <span className={classes['why']}>
          {[object?.label, t(`why.${reason}`), formats.dateTime(since)].filter(Boolean).join(' · ')}
        </span>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('list.stopOf', { name })}
        loading={follow.isPending}
        onClick={() => follow.mutate({ object: key, id: record.id, name, isFollowing: false })}
      >
        {t('list.stop')}
      </Button>
    </li>
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation('follows');
  return (
    <StateMessage
      role="alert"
      icon={<IconAlertTriangle size={20} />}
      title={t('failed')}
      text={problemText(error)}
    >
      <Button size="xs" onClick={onRetry}>
        {t('app:retry')}
      </Button>
    </StateMessage>
  );
}

import { Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { stageHistoryQuery } from './api/stage-history';
import classes from './stage-history-panel.module.css';

const DAY_MS = 86_400_000;

/** The stages of a deal, latest first, with the time spent in each. */
export default function StageHistoryPanel({ record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const query = useQuery(stageHistoryQuery(record.id));
  if (query.isPending) return <Skeleton height={160} radius="md" />;
  if (query.isError) {
    return (
      <div role="alert">
        <Text size="sm" fw={600}>
          {t('stageHistory.failed')}
        </Text>
        <Text size="sm" c="dimmed" mb="xs">
          {problemText(query.error)}
        </Text>
        <Button size="xs" variant="default" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </div>
    );
  }
  const stays = query.data.toReversed();
  if (stays.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('stageHistory.empty')}
      </Text>
    );
  }
  return (
    <ol className={classes['steps']}>
      {stays.map((stay, index) => {
        const until = stay.leftAt ? new Date(stay.leftAt).getTime() : Date.now();
        // A stay inferred from a date that the user can't see has no duration.
        const isTimed = stay.enteredAt !== null && (index === 0 || stay.leftAt !== null);
        const days = Math.floor((until - new Date(stay.enteredAt ?? until).getTime()) / DAY_MS);
        const time = days < 1 ? t('stageHistory.lessThanDay') : t('stageHistory.days', { count: days });
        return (
          <li key={stay.id} className={classes['step']} data-current={index === 0 || undefined}>
            <span className={classes['what']}>{stay.stage.name}</span>
            <span className={classes['meta']}>
              {stay.enteredAt === null ? null : (
                <time dateTime={stay.enteredAt} title={formats.dateTime(stay.enteredAt)}>
                  {formats.instantDay(stay.enteredAt)}
                </time>
              )}
              {stay.actor.name ? <span>{t('stageHistory.by', { name: stay.actor.name })}</span> : null}
              {isTimed && (stay.stage.category === 'open' || stay.leftAt) ? (
                <span>{t('stageHistory.spent', { time })}</span>
              ) : null}
              {stay.inferred ? <span>{t('stageHistory.inferred')}</span> : null}
              {stay.imported ? <span>{t('stageHistory.imported')}</span> : null}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

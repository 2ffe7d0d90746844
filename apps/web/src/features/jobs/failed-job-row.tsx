import { ActionIcon, Badge } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconDots, IconFilter, IconPlayerPlay, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { type FailedJob, runAgain } from './api/failed-jobs';
import classes from './failed-jobs.module.css';
import { reasonKey } from './failure-reason';
import { useSourceName } from './source-name';

interface FailedJobRowProps {
  job: FailedJob;
  /** Called when it is run again. If that succeeds, the row disappears. */
  onRun: () => void;
  onDiscard: () => void;
  /** Lists only failed jobs of the same source. */
  onFilter: () => void;
}

/** What failed, why and when, and what can be done about it. */
export function FailedJobRow({ job, onRun, onDiscard, onFilter }: FailedJobRowProps) {
  const { t } = useTranslation('jobs');
  const formats = useFormats();
  const navigate = useNavigate();
  const { permissions } = useMe();
  const name = useSourceName()(job.source);
  const run = useMutation({
    mutationFn: () => runAgain(job.id),
    onSuccess: () => notify({ message: t('run.done', { name }) }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
    onMutate: onRun,
  });
  return (
    <li className={classes['row']}>
      <div className={classes['what']}>
        <span className={classes['name']}>{name}</span>
        <span className={classes['sub']}>
          {t(`kind.${job.kind}`)} · {t(`reasons.${reasonKey(job.reason)}`, { reason: job.reason })}
        </span>
      </div>
      <div className={classes['times']}>
        <time className="pl-truncate" dateTime={job.failedAt} title={formats.dateTime(job.failedAt)}>
          {t('failedAgo', { ago: formats.ago(job.failedAt) })}
        </time>
        <span className={classes['sub']}>{t('attempts', { count: job.attempts })}</span>
      </div>
      <span className={classes['state']}>
        <Badge variant="dot" color={job.errorClass === 'permanent' ? 'red' : 'yellow'}>
          {t(`class.${job.errorClass}`)}
        </Badge>
      </span>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('moreOf', { name })} loading={run.isPending}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPlayerPlay size={15} />} onClick={() => run.mutate()}>
            {t('run.open')}
          </Menu.Item>
          <Menu.Item leftSection={<IconFilter size={15} />} onClick={onFilter}>
            {t('onlySource', { name })}
          </Menu.Item>
          {mayUse(permissions, 'viewAudit') ? (
            <Menu.Item
              leftSection={<IconShieldCheck size={15} />}
              onClick={() =>
                void navigate({ to: '/audit', search: { correlationId: job.correlationId } } as never)
              }
            >
              {t('related')}
            </Menu.Item>
          ) : null}
          <Menu.Divider />
          <Menu.Item color="var(--pl-bad)" leftSection={<IconTrash size={15} />} onClick={onDiscard}>
            {t('discard.open')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

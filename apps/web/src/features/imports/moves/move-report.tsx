import { Alert, Badge, Button, Group, Progress, Text } from '@mantine/core';
import { IconTransfer } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useObjects } from '@/records/api/describe-objects';
import {
  type Move,
  type MoveReport as Report,
  type MoveStep,
  previewMoveRollback,
  rollBackMove,
} from '../api/moves';
import run from '../import-run-page.module.css';
import { isTooLate, RollbackButton, RollbackOutcome } from '../rollback-parts';
import wizard from '../import-wizard.module.css';
import { MoveStatus } from './move-status';
import classes from './moves.module.css';

/** How far a move or its rollback has come, file by file. */
export function MoveProgress({ move }: { move: Move }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const isBack = move.status === 'rolling_back';
  const done = Object.values(move.rollback?.counts ?? {}).reduce((sum, n) => sum + n, 0);
  const label = isBack
    ? t('moves.rollingBack', { done: formats.number(done) })
    : move.status === 'queued'
      ? t('run.waiting')
      : t('moves.running', { percent: Math.round(move.progress * 100) });
  return (
    <>
      <section className={run['progress']} aria-label={t('moves.progress')}>
        <Text size="sm" fw={600} mb={8} className="pl-num">
          {label}
        </Text>
        <Progress.Root size={10} radius="xl">
          <Progress.Section
            value={isBack ? 100 : move.progress * 100}
            animated
            striped
            aria-label={t('moves.progress')}
          />
        </Progress.Root>
        <Text size="xs" c="dimmed" mt={8}>
          {t('moves.mayLeave')}
        </Text>
      </section>
      <Steps steps={move.steps ?? []} />
    </>
  );
}

/** What a move brought, what it could not bring and why, and the way back. */
export function MoveReport({ move }: { move: Move }) {
  const { t } = useTranslation('imports');
  const { report, steps = [] } = move;
  const failed = steps.some(({ status, counts }) => status === 'failed' || (counts['failed'] ?? 0) > 0);
  const isOk = move.status === 'completed' && !failed;
  return (
    <>
      {move.rollback ? (
        <RollbackOutcome
          rollback={move.rollback}
          title={t(move.status === 'rolled_back' ? 'moves.rolledBack' : 'rollback.stopped')}
        />
      ) : null}
      {move.rollback && move.status === 'rolled_back' ? null : (
        <Alert
          color={move.status === 'failed' ? 'red' : isOk ? 'green' : 'yellow'}
          variant="light"
          role="status"
          title={t(
            move.status === 'failed'
              ? 'moves.failed'
              : move.status === 'cancelled'
                ? 'moves.cancelled'
                : failed
                  ? 'moves.completedSome'
                  : 'moves.completed',
          )}
        >
          {move.error ? <Text size="sm">{move.error}</Text> : null}
          <Text size="sm">{report ? <Made made={report.made} /> : null}</Text>
        </Alert>
      )}
      <Group gap="xs" mt="lg">
        <Button
          variant="default"
          component={Link}
          to="/imports/moves"
          leftSection={<IconTransfer size={16} />}
        >
          {t('moves.another')}
        </Button>
        {canRollBack(move) ? (
          <RollbackButton
            label={t('moves.rollBack')}
            title={t('moves.rollBackTitle')}
            preview={() => previewMoveRollback(move.id)}
            rollBack={() => rollBackMove(move.id)}
          />
        ) : null}
      </Group>
      <Steps steps={steps} />
      {report ? <NotBrought report={report} /> : null}
    </>
  );
}

function Made({ made }: { made: Report['made'] }) {
  const { t } = useTranslation('imports');
  return (
    <>
      {(['people', 'pipelines', 'stages'] as const)
        .flatMap((key) => (made[key] ? [t(`moves.made.${key}`, { count: made[key] })] : []))
        .join(' · ')}
    </>
  );
}

function Steps({ steps }: { steps: MoveStep[] }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const objects = useObjects();
  if (!steps.length) return null;
  const counted = (prefix: 'counts' | 'skipped', counts: Record<string, number>) =>
    Object.entries(counts).flatMap(([key, n]) =>
      n > 0
        ? [t(`moves.${prefix}.${key}` as 'moves.counts.created', { count: n, n: formats.number(n) })]
        : [],
    );
  return (
    <section className={classes['part']} aria-labelledby="move-steps">
      <h2 id="move-steps" className={wizard['subtitle']}>
        {t('moves.brought')}
      </h2>
      <ul className={classes['list']}>
        {steps.map((step) => (
          <li key={`${step.fileId} ${step.brings}`} className={classes['file']}>
            <span className={classes['what']}>
              <strong>
                {step.brings === 'stageHistory'
                  ? t('moves.becomes.stageHistory')
                  : (objects.find(({ key }) => key === step.object)?.pluralLabel ?? step.object)}
              </strong>
              <span className={classes['meta']}>
                {[step.name, ...counted('counts', step.counts), ...counted('skipped', step.skipped)].join(
                  ' · ',
                )}
              </span>
              {step.error ? (
                <Text size="xs" c="red">
                  {step.error}
                </Text>
              ) : null}
            </span>
            <Group gap="xs" wrap="nowrap">
              {step.importId && (step.counts['failed'] ?? 0) > 0 ? (
                <Button size="compact-xs" variant="default" component={Link} to={`/imports/${step.importId}`}>
                  {t('moves.failedRows')}
                </Button>
              ) : null}
              <MoveStatus move={step} />
            </Group>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className={classes['part']} aria-labelledby={id}>
      <h2 id={id} className={wizard['subtitle']}>
        {title}
      </h2>
      <ul className={classes['list']}>{children}</ul>
    </section>
  );
}

/** Files, columns, people and stages that were not brought, each with the reason. */
function NotBrought({ report: { notBrought, leftOut, refused } }: { report: Report }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  return (
    <>
      {notBrought.length ? (
        <Part id="move-not-brought" title={t('moves.notBrought')}>
          {notBrought.map(({ name, kind, rows, reason }) => (
            <li key={name} className={classes['file']}>
              <span className={classes['what']}>
                <strong>{name}</strong>
                <span className={classes['meta']}>
                  {[
                    kind,
                    rows ? t('moves.rows', { count: rows, rows: formats.number(rows) }) : undefined,
                    t(`moves.reasons.${reason}` as 'moves.reasons.noObject'),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
            </li>
          ))}
        </Part>
      ) : null}
      {leftOut.length ? (
        <Part id="move-left-out" title={t('moves.leftOut')}>
          {leftOut.map(({ name, columns }) => (
            <li key={name}>
              <span className={classes['what']}>
                <strong>{name}</strong>
                <Group gap={4} mt={4}>
                  {columns.map((column) => (
                    <Badge key={column} size="sm" variant="default" tt="none" fw={400}>
                      {column}
                    </Badge>
                  ))}
                </Group>
              </span>
            </li>
          ))}
        </Part>
      ) : null}
      {refused.length ? (
        <Part id="move-refused" title={t('moves.refused')}>
          {refused.map(({ key }) => (
            <li key={key}>{key}</li>
          ))}
        </Part>
      ) : null}
    </>
  );
}

/** Whether a move can be rolled back. */
function canRollBack({ status, finishedAt }: Move): boolean {
  return ['completed', 'failed', 'cancelled'].includes(status) && !isTooLate(finishedAt);
}

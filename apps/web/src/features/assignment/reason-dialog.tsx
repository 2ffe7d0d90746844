import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { ConditionText } from '@/records/filters/condition-text';
import { EventChanges } from '@/records/log/event-changes';
import type { ObjectDescription } from '@/records/object-description';
import { reasonQuery } from './api/assignment';
import classes from './assignment.module.css';
import type { AssignmentQuestion } from './model/open-question';

type Reason = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof reasonQuery>['queryFn']>>>>;

/** Tells why a lead was assigned to its owner. */
export default function ReasonDialog({
  object,
  record,
  onClose,
}: AssignmentQuestion & { onClose: () => void }) {
  const { t } = useTranslation('assignment');
  const query = useQuery(reasonQuery(record.id));
  return (
    <Dialog title={t('reason.title')} onClose={onClose}>
      {query.isPending ? (
        <Skeleton height={140} radius="md" role="status" aria-label={t('loading')} />
      ) : query.isError ? (
        <Alert color="red" variant="light" role="alert">
          {problemText(query.error)}
        </Alert>
      ) : query.data ? (
        <ReasonFacts object={object} reason={query.data as Reason} />
      ) : (
        <Text size="sm">{t('reason.none')}</Text>
      )}
    </Dialog>
  );
}

function ReasonFacts({ object, reason }: { object: ObjectDescription; reason: Reason }) {
  const { t } = useTranslation('assignment');
  const formats = useFormats();
  const { owner, rule, condition, territory, values, passed, earlier, method } = reason;
  const entries = Object.entries(values);
  return (
    <Stack gap="md">
      <Text size="sm">
        {t('reason.text', {
          rule: rule.name,
          person: owner.name ?? t('unknown'),
          at: formats.dateTime(reason.at),
        })}
        {reason.isCurrent ? null : ` ${t('reason.changed')}`}
      </Text>
      <dl className={classes['facts']}>
        <dt>{t('reason.rule')}</dt>
        <dd>{t('reason.version', { rule: rule.name, version: rule.version })}</dd>
        <dt>{t('reason.condition')}</dt>
        <dd>
          {condition ? (
            <ConditionText object={object} condition={condition as Condition} />
          ) : (
            t('rules.every')
          )}
        </dd>
        {territory ? (
          <>
            <dt>{t('rules.territory')}</dt>
            <dd>
              {territory.name}
              <span className={classes['sub']}>
                <ConditionText object={object} condition={territory.condition as Condition} />
              </span>
            </dd>
          </>
        ) : null}
        {entries.length ? (
          <>
            <dt>{t('reason.values')}</dt>
            <dd>
              <EventChanges
                object={object}
                changes={Object.fromEntries(entries.map(([key, after]) => [key, { after }]))}
              />
            </dd>
          </>
        ) : null}
        {method ? (
          <>
            <dt>{t('method')}</dt>
            <dd>{t(`methods.${method}.label`)}</dd>
          </>
        ) : null}
        {passed.length ? (
          <>
            <dt>{t('reason.passed')}</dt>
            <dd>
              {passed.map(({ member, reason: why }) => (
                <div key={member.id}>{t(`passed.${why}`, { name: member.name })}</div>
              ))}
            </dd>
          </>
        ) : null}
        {earlier.length ? (
          <>
            <dt>{t('reason.earlier')}</dt>
            <dd>
              {earlier.map(({ name, outcome }) => (
                <div key={name}>
                  {name}
                  <span className={classes['sub']}>{t(`try.outcome.${outcome}`)}</span>
                </div>
              ))}
            </dd>
          </>
        ) : null}
      </dl>
    </Stack>
  );
}

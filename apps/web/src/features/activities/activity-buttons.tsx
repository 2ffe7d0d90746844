import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { usePageCommands } from '@/lib/page-commands';
import { RefusedButton } from '@/records/access/refused-button';
import { useRights } from '@/records/access/use-rights';
import { recordName } from '@/records/object-description';
import { CLOSED } from './planned-kinds';
import { type Activity, useActivitySteps } from './use-activity-steps';

/** Complete on an open activity, Reopen on one that is done or cancelled. Nothing if its status is not shown. */
export default function ActivityButtons({ object, record }: Activity) {
  const { t } = useTranslation('activities');
  const { step } = useActivitySteps();
  const rights = useRights(object, record);
  const status = record['status'];
  const next = typeof status !== 'string' ? null : CLOSED.includes(status) ? 'reopen' : 'complete';
  const may = next && rights.may(next);
  const run = () => next && step.mutate({ activity: { object, record }, step: next });
  const Icon = next === 'complete' ? IconCheck : IconArrowBackUp;
  usePageCommands(
    recordName(object, record),
    next && may === 'yes' ? [{ key: next, label: t(next), icon: <Icon size={15} />, run }] : [],
  );
  if (!next) return null;
  if (may === 'no')
    return (
      <RefusedButton label={t(next)} question={{ object: object.key, record: record.id, action: next }} />
    );
  return (
    <Button
      size="xs"
      variant={next === 'complete' ? 'filled' : 'default'}
      leftSection={<Icon size={15} />}
      loading={step.isPending}
      disabled={may === 'unknown'}
      onClick={run}
    >
      {t(next)}
    </Button>
  );
}

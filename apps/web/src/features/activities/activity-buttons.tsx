import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { RefusedButton } from '@/records/access/refused-button';
import { useRights } from '@/records/access/use-rights';
import { CLOSED } from './planned-kinds';
import { type Activity, useActivitySteps } from './use-activity-steps';

/** Complete on an open activity, Reopen on one that is done or cancelled. Nothing if its status is not shown. */
export default function ActivityButtons({ object, record }: Activity) {
  const { t } = useTranslation('activities');
  const { step } = useActivitySteps();
  const rights = useRights(object, record);
  const status = record['status'];
  if (typeof status !== 'string') return null;
  const next = CLOSED.includes(status) ? 'reopen' : 'complete';
  if (rights.may(next) === 'no')
    return (
      <RefusedButton label={t(next)} question={{ object: object.key, record: record.id, action: next }} />
    );
  return (
    <Button
      size="xs"
      variant={next === 'complete' ? 'filled' : 'default'}
      leftSection={next === 'complete' ? <IconCheck size={15} /> : <IconArrowBackUp size={15} />}
      loading={step.isPending}
      disabled={rights.may(next) === 'unknown'}
      onClick={() => step.mutate({ activity: { object, record }, step: next })}
    >
      {t(next)}
    </Button>
  );
}

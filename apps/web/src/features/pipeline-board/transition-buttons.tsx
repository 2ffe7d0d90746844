import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { IconArrowBackUp, IconChevronDown, IconTrophy, IconX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { newCause } from '@/records/api/undo';
import { showUndo } from '@/records/undo';
import { RefusedButton } from '@/records/access/refused-button';
import { useRights } from '@/records/access/use-rights';
import { recordKeys } from '@/records/api/record-keys';
import {
  isReference,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';
import { type Stage, totalsQuery } from './api/pipelines';
import { stageIdOf, type Verb, WON_COLOR } from './board-deals';
import { RiskBadge } from './risk-badge';
import { useTransition } from './use-transition';

/** Won, Lost, another stage, or Reopen, on a deal's own page. */
export default function TransitionButtons({
  object,
  record,
}: {
  object: ObjectDescription;
  record: RecordData;
}) {
  const { t } = useTranslation('pipeline-board');
  const queryClient = useQueryClient();
  const { run, dialog } = useTransition(object);
  // A phone has room for two buttons beside the name. The others are in the menu.
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const [isRunning, setRunning] = useState(false);
  const pipelineId = isReference(record['pipeline']) ? record['pipeline'].id : '';
  const totals = useQuery({ ...totalsQuery(pipelineId), enabled: pipelineId !== '' });
  const rights = useRights(object, record);
  const may = (verb: Verb) => rights.may(verb) !== 'no';
  const refused = (verb: Verb, label: string) =>
    // A phone has no room for disabled buttons. The record's menu explains them.
    isNarrow ? null : (
      <RefusedButton label={label} question={{ object: object.key, record: record.id, action: verb }} />
    );
  const stages = totals.data?.map(({ stage }) => stage) ?? [];
  const current = stages.find(({ id }) => id === stageIdOf(record));
  if (!current) return null;

  const go = async (verb: Verb, target?: Stage) => {
    setRunning(true);
    try {
      const cause = newCause();
      const moved = await run(record, verb, target, cause);
      if (!moved) return;
      queryClient.setQueryData(recordKeys.record(object.path, record.id), moved);
      showUndo({
        message: t(`done.${verb}`, { name: recordName(object, moved), stage: target?.name }),
        cause,
      });
    } catch (error) {
      notify({
        color: 'red',
        title: t('refused', { name: recordName(object, record) }),
        message: problemText(error),
      });
    } finally {
      setRunning(false);
      // Also after a cancelled move, because the fields it asked for may have been saved.
      void queryClient.invalidateQueries({ queryKey: recordKeys.object(object.path) });
      void queryClient.invalidateQueries({ queryKey: ['totals'] });
    }
  };
  const open = stages.filter(({ category, id }) => category === 'open' && id !== current.id);
  const isOpen = current.category === 'open';
  return (
    <>
      <RiskBadge record={record} />
      {isOpen ? (
        <>
          {may('win') ? (
            <Button
              size="xs"
              color={WON_COLOR}
              leftSection={<IconTrophy size={15} />}
              disabled={isRunning || rights.may('win') === 'unknown'}
              onClick={() => void go('win')}
            >
              {t('won')}
            </Button>
          ) : (
            refused('win', t('won'))
          )}
          {!may('lose') ? (
            refused('lose', t('lost'))
          ) : isNarrow ? null : (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconX size={15} />}
              disabled={isRunning || rights.may('lose') === 'unknown'}
              onClick={() => void go('lose')}
            >
              {t('lost')}
            </Button>
          )}
        </>
      ) : null}
      {!may(isOpen ? 'move' : 'reopen') && open.length ? (
        refused(isOpen ? 'move' : 'reopen', t(isOpen ? 'stage' : 'reopen'))
      ) : open.length || (isOpen && isNarrow && may('lose')) ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              size="xs"
              variant="default"
              disabled={isRunning || rights.may(isOpen ? 'move' : 'reopen') === 'unknown'}
              leftSection={isOpen ? undefined : <IconArrowBackUp size={15} />}
              rightSection={<IconChevronDown size={14} />}
            >
              {isOpen ? t('stage') : t('reopen')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{isOpen ? t('moveTo') : t('reopenIn')}</Menu.Label>
            {open.map((stage) => (
              <Menu.Item key={stage.id} onClick={() => void go(isOpen ? 'move' : 'reopen', stage)}>
                {stage.name}
              </Menu.Item>
            ))}
            {isOpen && isNarrow && may('lose') ? (
              <>
                <Menu.Divider />
                <Menu.Item leftSection={<IconX size={15} />} onClick={() => void go('lose')}>
                  {t('lost')}
                </Menu.Item>
              </>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      {dialog}
    </>
  );
}

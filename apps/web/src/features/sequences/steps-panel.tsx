import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import {
  IconArrowDown,
  IconArrowUp,
  IconTimeline,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useRights } from '@/records/access/use-rights';
import { newCause } from '@/records/api/undo';
import { updateRecord } from '@/records/api/write-record';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { StepDialog } from './step-dialog';
import { StepList } from './step-list';
import { type Step, stepsOf } from './steps';
import classes from './sequences.module.css';

/** What is sent of a step that stays: its ID keeps all its values. */
const kept = ({ id }: Step) => ({ id });

/** The steps of a sequence, which can be changed, or those that a run has kept. */
export default function StepsPanel({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('sequences');
  const rights = useRights(object, record);
  const lines = object.lines?.find(({ key }) => key === 'steps');
  const steps = stepsOf(record);
  const isSequence = object.key === 'sequence';
  const mayChange = isSequence && rights.may('update') === 'yes' && lines !== undefined && !lines.readOnly;
  const [edited, setEdited] = useState<{ step: Step | undefined }>();
  const save = useMutation({
    mutationFn: async (given: Record<string, unknown>[]) => {
      const cause = newCause();
      await updateRecord(object.path, record.id, { steps: given }, record.version, cause);
      return cause;
    },
    onSuccess: (cause) => {
      setEdited(undefined);
      showUndo({ message: t('saved'), cause });
    },
    onError: (error) => {
      if (!edited) notify({ color: 'red', message: problemText(error) });
    },
  });
  if (!steps || !lines)
    return <StateMessage icon={<IconTimeline size={20} />} title={t('withheld')} text={t('withheldText')} />;
  const move = (from: number, to: number) => {
    const order = steps.map(kept);
    order.splice(to, 0, ...order.splice(from, 1));
    save.mutate(order);
  };
  const add = mayChange ? (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlus size={15} />}
      onClick={() => {
        save.reset();
        setEdited({ step: undefined });
      }}
    >
      {t('add')}
    </Button>
  ) : null;
  const buttons = (step: Step, index: number) => {
    const name = step.name ?? String(index + 1);
    const all = [
      { key: 'up', icon: IconArrowUp, isOff: index === 0, run: () => move(index, index - 1) },
      {
        key: 'down',
        icon: IconArrowDown,
        isOff: index === steps.length - 1,
        run: () => move(index, index + 1),
      },
      {
        key: 'edit',
        icon: IconPencil,
        isOff: false,
        run: () => {
          save.reset();
          setEdited({ step });
        },
      },
      {
        key: 'remove',
        icon: IconTrash,
        isOff: false,
        run: () => save.mutate(steps.filter(({ id }) => id !== step.id).map(kept)),
      },
    ];
    return (
      <Group gap={2} wrap="nowrap">
        {all.map(({ key, icon: Icon, isOff, run }) => (
          <ActionIcon
            key={key}
            size={28}
            disabled={isOff || save.isPending}
            aria-label={t(`step.${key}`, { name })}
            onClick={run}
          >
            <Icon size={15} />
          </ActionIcon>
        ))}
      </Group>
    );
  };
  const current = record['state'] === 'Active' ? Number.parseInt(String(record['step']), 10) : undefined;
  return (
    <>
      {steps.length ? (
        <section className={`pl-card ${classes['card']}`}>
          <StepList
            steps={steps}
            lines={lines}
            current={current}
            {...(mayChange ? { actions: buttons } : {})}
          />
          <Group gap="sm" mt="sm">
            {add}
            <Text size="xs" c="dimmed">
              {t(isSequence ? 'keeps' : 'kept')}
            </Text>
          </Group>
        </section>
      ) : (
        <StateMessage icon={<IconTimeline size={20} />} title={t('noSteps')} text={t('noStepsText')}>
          {add}
        </StateMessage>
      )}
      {edited ? (
        <StepDialog
          lines={lines}
          step={edited.step}
          isSaving={save.isPending}
          error={save.error}
          onClose={() => setEdited(undefined)}
          onSave={(values) =>
            save.mutate(
              edited.step
                ? steps.map((step) => (step.id === edited.step!.id ? { id: step.id, ...values } : kept(step)))
                : [...steps.map(kept), values],
            )
          }
        />
      ) : null}
    </>
  );
}

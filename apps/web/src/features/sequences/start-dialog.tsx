import { Alert, Button, Checkbox, Select, Skeleton, Space, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { idsOf, MOST_ROWS, TooManyRecords } from '@/records/api/ids-of-list';
import { recordQuery } from '@/records/api/get-record';
import { followCascades } from '@/records/cascades';
import { failureText } from '@/records/failure-text';
import type { ObjectDescription } from '@/records/object-description';
import { recordName } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { previewStart, start, startableQuery } from './api/runs';
import { StepList } from './step-list';
import { stepsOf } from './steps';
import classes from './sequences.module.css';

type StartDialogProps = SelectionActionProps & { onClose: () => void };

/** Starts a sequence for one record, or for many after showing for how many it can't be started, and why. */
export default function StartDialog(props: StartDialogProps) {
  const sequence = useObject('sequence');
  const run = useObject('sequenceRun');
  return sequence && run ? <StartForm {...props} sequence={sequence} run={run} /> : null;
}

function StartForm({
  object,
  ids,
  matching,
  onDone,
  onClose,
  sequence,
  run,
}: StartDialogProps & { sequence: ObjectDescription; run: ObjectDescription }) {
  const { t } = useTranslation('sequences');
  const formats = useFormats();
  const [isAll, setAll] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const offered = useQuery(startableQuery(sequence, object.key));
  const isMany = ids.length > 1 || matching !== undefined;
  const records = async () => (isAll && matching ? idsOf(object.path, matching.request) : ids);
  const preview = useMutation({
    mutationFn: async () => previewStart(run, chosen!, object.key, await records()),
  });
  const begin = useMutation({
    mutationFn: async () => start(run, chosen!, object.key, await records()),
    onSuccess: ({ cause, answer }) => {
      if ('results' in answer) {
        const count = answer.counts['created'] ?? 0;
        const failed = answer.counts['failed'] ?? 0;
        if (count) showUndo({ message: t('started', { count }), cause });
        if (failed) {
          const reasons = answer.results.flatMap(({ errors }) => (errors ? [failureText(errors)] : []));
          notify({
            color: 'red',
            title: t('notStarted', { count: failed }),
            message: [...new Set(reasons)].slice(0, 3).join(' '),
            autoClose: 12_000,
          });
        }
      } else followCascades([answer.id]);
      onDone();
      onClose();
    },
  });
  const found = preview.data;
  const error = begin.error ?? preview.error ?? offered.error;
  const submit = () => {
    setTried(true);
    if (!chosen) return;
    if (isMany && !found) preview.mutate();
    else begin.mutate();
  };
  return (
    <Dialog title={t('startTitle')} size="lg" onClose={onClose}>
      <Form onSubmit={submit}>
        <Stack gap="md">
          {matching && !found ? (
            <Checkbox
              checked={isAll}
              label={t('matching', { n: matching.countText })}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          ) : null}
          {offered.isPending ? (
            <Skeleton height={62} aria-label={t('loading')} />
          ) : offered.data?.length === 0 ? (
            <Text size="sm">{t('nothingToStart', { objects: object.pluralLabel })}</Text>
          ) : (
            <Select
              label={t('which')}
              withAsterisk
              searchable
              disabled={found !== undefined}
              value={chosen}
              data={(offered.data ?? []).map((each) => ({
                value: each.id,
                label: recordName(sequence, each),
              }))}
              error={isTried && !chosen ? t('choose') : undefined}
              onChange={setChosen}
            />
          )}
          {found ? (
            <Outcome found={found} />
          ) : chosen ? (
            <ChosenSteps sequence={sequence} id={chosen} />
          ) : null}
        </Stack>
        {error ? (
          <Alert color="red" variant="light" role="alert" mt="sm">
            {error instanceof TooManyRecords
              ? t('tooMany', { n: formats.number(MOST_ROWS) })
              : problemText(error)}
          </Alert>
        ) : null}
        <Space h="lg" />
        <FormButtons>
          {found ? (
            <Button variant="default" onClick={() => preview.reset()}>
              {t('back')}
            </Button>
          ) : (
            <CancelButton>{t('records:form.cancel')}</CancelButton>
          )}
          <Button
            type="submit"
            loading={preview.isPending || begin.isPending}
            disabled={found ? !found.counts['created'] : offered.data?.length === 0}
          >
            {isMany && !found ? t('look') : t('start')}
          </Button>
        </FormButtons>
      </Form>
    </Dialog>
  );
}

/** What starting would do: for how many records it starts, and why not for others. */
function Outcome({ found }: { found: Awaited<ReturnType<typeof previewStart>> }) {
  const { t } = useTranslation('sequences');
  const formats = useFormats();
  const failed = found.counts['failed'] ?? 0;
  return (
    <Stack gap="sm" role="status">
      <Text size="sm">
        {t('willStart', { count: found.counts['created'] ?? 0 })}
        {found.tried < found.total
          ? ` ${t('tried', { tried: formats.number(found.tried), total: formats.number(found.total) })}`
          : ''}
      </Text>
      {failed ? (
        <Alert color="yellow" variant="light" title={t('notStarted', { count: failed })}>
          {[...new Set(found.refused.map(({ errors }) => failureText(errors)))].slice(0, 3).join(' ')}
        </Alert>
      ) : null}
    </Stack>
  );
}

/** The steps of the chosen sequence, so that people know what they start. */
function ChosenSteps({ sequence, id }: { sequence: ObjectDescription; id: string }) {
  const { t } = useTranslation('sequences');
  const query = useQuery(recordQuery(sequence.path, id));
  const lines = sequence.lines?.find(({ key }) => key === 'steps');
  if (query.isPending) return <Skeleton height={120} aria-label={t('loading')} />;
  const steps = query.data && stepsOf(query.data);
  return steps?.length ? (
    <div className={classes['chosen']}>
      <StepList steps={steps} lines={lines} />
    </div>
  ) : (
    <Text size="sm">{t('noSteps')}</Text>
  );
}

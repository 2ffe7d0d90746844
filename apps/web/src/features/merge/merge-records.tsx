import { Alert, Box, Button, Group, Skeleton, Stack, Switch, Text } from '@mantine/core';
import * as api from '@pellucid/api-client';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconArrowMerge } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { recordKeys } from '@/records/api/record-keys';
import { causedBy, newCause, refreshRecords } from '@/records/api/undo';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { lastList } from '@/records/list/list-place';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { MOST } from './limits';
import { type Choices, choose, type Compared, mostComplete, newest, requestOf } from './merge-model';
import { MergeTable } from './merge-table';
import { MovedList } from './moved-list';

/** Compares two to five records, lets choose what stays, and merges them. */
export function MergeRecords({
  object,
  ids,
  onAdd,
}: {
  object: ObjectDescription;
  ids: string[];
  /** Adds a record to compare. */
  onAdd: (id: string) => void;
}) {
  const { t, i18n } = useTranslation('merge');
  const navigate = useNavigate();
  const { history } = useRouter();
  const [into, setInto] = useState(ids[0]!);
  const [chosen, setChosen] = useState<Choices>();
  const [showsEqual, setShowsEqual] = useState(false);
  const unsaved = useUnsavedChanges(chosen !== undefined);
  const previewOf = (choices: Choices) => ({
    queryKey: [...recordKeys.all, 'merge', object.path, ids, into, choices],
    queryFn: ({ signal }: { signal: AbortSignal }) => {
      const records = ids.map((id) => ({ id }));
      return api.previewMergeOfRecords(object.path, requestOf(into, records, choices), { signal });
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
  const base = useQuery(previewOf({}));
  const compared: Compared = {
    object,
    fields: base.data?.fields ?? [],
    records: (base.data?.records ?? []) as RecordData[],
  };
  const { fields, records } = compared;
  const choices = chosen ?? mostComplete(compared);
  const preview = useQuery({ ...previewOf(choices), enabled: base.isSuccess && !base.isPlaceholderData });
  const merge = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      const seen = records.map(({ id, version }) => ({ id, version }));
      await api.mergeRecords(object.path, requestOf(into, seen, choices), { headers: causedBy(cause) });
      return cause;
    },
    onSuccess: (cause) => {
      unsaved.settle();
      refreshRecords();
      showUndo({ message: t('done', { count: ids.length }), cause });
      void navigate({ to: `${object.path}/${into}`, replace: true } as never);
    },
  });
  const reasonText = (reason: Parameters<typeof fieldProblemText>[0]) =>
    i18n.exists(`merge:reasons.${reason.code}`) ? t(`reasons.${reason.code}`) : fieldProblemText(reason);
  if (base.isError)
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('failed')}
        text={problemText(base.error)}
      >
        <Button size="xs" onClick={() => void base.refetch()}>
          {t('records:retry')}
        </Button>
      </StateMessage>
    );
  if (!base.data) return <Skeleton height={320} radius="md" role="status" aria-label={t('loading')} />;
  const found = preview.data ?? base.data;
  const stays = records.find(({ id }) => id === into) ?? records[0]!;
  const error = merge.error ?? preview.error;
  const isStale = merge.error instanceof ApiProblem && merge.error.status === 412;
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => setChosen(mostComplete(compared))}>
          {t('mostComplete')}
        </Button>
        <Button size="xs" variant="default" onClick={() => setChosen(newest(compared))}>
          {t('newest')}
        </Button>
        <Switch
          size="sm"
          label={t('showEqual')}
          checked={showsEqual}
          onChange={(event) => setShowsEqual(event.currentTarget.checked)}
        />
        {ids.length < MOST ? (
          <Box w={200} ms="auto">
            <ReferencePicker
              object={object}
              aria-label={t('add', { object: object.label })}
              placeholder={t('add', { object: object.label })}
              size="xs"
              canCreate={false}
              value={null}
              onChange={(record) => record && unsaved.leave(() => onAdd(record.id))}
            />
          </Box>
        ) : null}
      </Group>
      <MergeTable
        object={object}
        records={records}
        fields={fields.filter(({ differs }) => differs || showsEqual)}
        into={into}
        choices={choices}
        result={found.result as RecordData | null}
        onInto={(id) => {
          setInto(id);
          setChosen(undefined);
        }}
        onChoose={(field, from) => setChosen(choose(compared, choices, field, from))}
      />
      <MovedList moves={base.data.moves} />
      {found.refused.length ? (
        <Alert color="yellow" variant="light" role="status" title={t('refused')}>
          {found.refused.map((reason) => (
            <Text size="sm" key={`${reason.pointer} ${reason.code}`}>
              {reasonText(reason)}
            </Text>
          ))}
        </Alert>
      ) : null}
      {error ? (
        <Alert color="red" variant="light" role="alert">
          <Group gap="sm" justify="space-between">
            {problemText(error)}
            {isStale ? (
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => {
                  merge.reset();
                  void base.refetch();
                  void preview.refetch();
                }}
              >
                {t('again')}
              </Button>
            ) : null}
          </Group>
        </Alert>
      ) : null}
      <Group gap="xs">
        <Button
          leftSection={<IconArrowMerge size={16} />}
          loading={merge.isPending}
          disabled={preview.isFetching || preview.isError || !found.result}
          onClick={() => merge.mutate()}
        >
          {t('confirm', { name: recordName(object, stays) })}
        </Button>
        <Button
          variant="default"
          onClick={() =>
            history.canGoBack() ? history.back() : void navigate(lastList(object.path) as never)
          }
        >
          {t('records:form.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}

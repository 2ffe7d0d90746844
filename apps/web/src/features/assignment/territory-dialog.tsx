import { Alert, Button, Stack, TextInput } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useDraft } from '@/lib/unsaved/use-draft';
import { useObject } from '@/records/api/describe-objects';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { ConditionSetting } from '@/records/filters/condition-setting';
import type { ObjectDescription, RecordReference } from '@/records/object-description';
import { addTerritory, saveTerritory, type Territory } from './api/assignment';

interface TerritoryDialogProps {
  lead: ObjectDescription;
  /** The territory to change. If left out, one is added. */
  territory: Territory | undefined;
  names: Record<string, string>;
  onClose: () => void;
}

/** Adds a territory, or changes one. */
export function TerritoryDialog(props: TerritoryDialogProps) {
  const { t } = useTranslation('assignment');
  const { territory, onClose } = props;
  return (
    <Dialog
      title={territory ? t('territories.edit', { name: territory.name }) : t('territories.add')}
      onClose={onClose}
    >
      <TerritoryForm {...props} />
    </Dialog>
  );
}

function TerritoryForm({ lead, territory, names, onClose }: TerritoryDialogProps) {
  const { t } = useTranslation('assignment');
  const teams = useObject('team');
  const [start] = useState(() => ({
    name: territory?.name ?? '',
    condition: territory?.condition as unknown as Condition | undefined,
    team: territory
      ? { id: territory.team, name: names[territory.team] ?? '' }
      : (null as RecordReference | null),
  }));
  const [draft, setDraft] = useState(start);
  useDraft(() => draft !== start);
  const [isTried, setTried] = useState(false);
  const { name, condition, team } = draft;
  const save = useMutation({
    mutationFn: () => {
      const body = {
        name: name.trim(),
        condition: condition as Parameters<typeof addTerritory>[0]['condition'],
        team: team!.id,
      };
      return territory ? saveTerritory(territory, body) : addTerritory(body);
    },
    onSuccess: (saved) => {
      notify({ message: t('saved', { name: saved.name }) });
      onClose();
    },
  });
  return (
    <Form
      onSubmit={() => {
        setTried(true);
        if (name.trim() && condition && team) save.mutate();
      }}
    >
      <Stack gap="lg">
        {save.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(save.error)}
          </Alert>
        ) : null}
        <TextInput
          data-autofocus
          label={t('name')}
          withAsterisk
          autoComplete="off"
          maxLength={100}
          value={name}
          error={isTried && !name.trim() ? t('missing.name') : undefined}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <ConditionSetting
          object={lead}
          label={t('territories.condition')}
          description={t('territories.conditionHelp')}
          value={condition}
          error={isTried && !condition ? t('missing.condition') : undefined}
          onChange={(next) => setDraft({ ...draft, condition: next })}
        />
        {teams ? (
          <ReferencePicker
            object={teams}
            label={t('kinds.team')}
            isRequired
            canCreate={false}
            value={team}
            error={isTried && !team ? t('missing.team') : undefined}
            onChange={(next) => setDraft({ ...draft, team: next })}
          />
        ) : null}
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={save.isPending}>
            {t(territory ? 'save' : 'territories.create')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
